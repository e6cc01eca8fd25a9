"""The reader's network in PyTorch: a small encoder with a head for each thing that is read."""

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from agent.understanding.training.foundation import Foundation

HEADS = 12
EPSILON = 1e-12


class Layer(nn.Module):  # type: ignore[misc, unused-ignore]
    """One layer of BERT (post-norm)."""

    def __init__(self, width: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(width, width) for _ in range(3))
        self.ao = nn.Linear(width, width)
        self.fi, self.fo = nn.Linear(width, inner), nn.Linear(inner, width)
        self.aln = nn.LayerNorm(width, EPSILON)
        self.oln = nn.LayerNorm(width, EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return the next states; `bias` (batch × 1 × 1 × length) hides the padding."""
        batch, length, width = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, HEADS, width // HEADS).transpose(1, 2)

        # Written out: PyTorch's fused attention is slow backwards in bfloat16 on a processor.
        q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
        scores = q @ k.transpose(-1, -2) * (width // HEADS) ** -0.5 + bias
        context = scores.softmax(-1).to(v.dtype) @ v
        context = context.transpose(1, 2).reshape(batch, length, width)
        x = self.aln(x + self.ao(context))
        return self.oln(x + self.dropout(self.fo(gelu(self.fi(x)))))


class Network(nn.Module):  # type: ignore[misc, unused-ignore]
    """Encode token ids and score, per token and per message, everything that is read."""

    def __init__(
        self,
        words: int,
        sizes: dict[str, int],
        *,
        layers: int,
        width: int = 384,
        inner: int = 1536,
        positions: int = 256,
        dropout: float = 0.1,
    ) -> None:
        """Take the number of pieces and, for each head, how many labels it has."""
        super().__init__()
        self.word = nn.Embedding(words, width)
        self.position = nn.Embedding(positions, width)
        self.ln = nn.LayerNorm(width, EPSILON)
        self.layers = nn.ModuleList(Layer(width, inner, dropout) for _ in range(layers))
        self.out = nn.LayerNorm(width, EPSILON)
        self.heads = nn.ModuleDict({name: nn.Linear(width, size) for name, size in sizes.items()})
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Return scores: `tag`, `role`, `field` by token, the others by message."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.dropout(self.ln(self.word(ids) + self.position(places)))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        x = self.out(x)
        seen = mask[:, :, None].to(x.dtype)
        whole = (x * seen).sum(1) / seen.sum(1)
        per_token = {"tag", "role", "field"}
        return {
            name: head(self.dropout(x if name in per_token else whole))
            for name, head in self.heads.items()
        }


def fill(
    network: Network,
    foundation: Foundation,
    rows: list[int],
    layers: list[int],
    markers: dict[int, list[int]],
) -> None:
    """Copy the pretrained weights: `rows` of the pieces kept, `layers` taken in order.

    A row of −1 is a marker of ours: it begins as the mean of the pieces that `markers` names for
    its place, or as noise of the usual size.
    """
    tensors = {name: torch.from_numpy(value.copy()) for name, value in foundation.tensors.items()}
    words = tensors["emb.word"]
    with torch.no_grad():
        network.word.weight.normal_(0.0, float(words.std()))
        kept = torch.tensor(rows)
        network.word.weight[kept >= 0] = words[kept[kept >= 0]]
        for place, pieces in markers.items():
            network.word.weight[place] = network.word.weight[pieces].mean(0)
        network.position.weight.copy_(
            tensors["emb.pos"][: network.position.num_embeddings] + tensors["emb.type"][0]
        )
        network.ln.weight.copy_(tensors["emb.ln.w"])
        network.ln.bias.copy_(tensors["emb.ln.b"])
        for layer, number in zip(network.layers, layers, strict=True):
            for name, part in layer.named_children():
                if not isinstance(part, nn.Dropout):
                    part.weight.copy_(tensors[f"l{number}.{name}.w"])  # type: ignore[operator, unused-ignore]
                    part.bias.copy_(tensors[f"l{number}.{name}.b"])  # type: ignore[operator, unused-ignore]
