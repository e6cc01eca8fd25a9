"""Which pieces of the pretrained vocabulary the reader keeps, as a tokenizer."""

from collections import defaultdict
from collections.abc import Iterable

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from agent.understanding.marking import MARKERS
from agent.understanding.training.foundation import Foundation

LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "ja", "zh")
COMMON_WORDS = 12_000
"""How many of each language's commonest words (wordfreq) decide what is kept."""

IN_CORPUS = 50.0
"""What standing in a message of the corpus counts beside how common a word is."""

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def tokenizer_of(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Return a Unigram tokenizer over pieces and their scores; the markers are whole tokens."""
    made = Tokenizer(models.Unigram(pieces, unk_id=SPECIAL.index("<unk>")))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    made.add_special_tokens([*SPECIAL, *MARKERS])
    ends = [(name, made.token_to_id(name)) for name in ("<s>", "</s>")]
    made.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=ends)
    return made


def choose(
    foundation: Foundation, texts: Iterable[str], limit: int
) -> tuple[list[tuple[str, float]], list[int]]:
    """Return the pieces kept, with scores, and the row of each in the pretrained table.

    Kept are those that the corpus and each language's commonest words use most.
    """
    from wordfreq import top_n_list

    everything = list(zip(foundation.pieces, map(float, foundation.scores), strict=True))
    whole = tokenizer_of(everything)
    used: dict[str, float] = defaultdict(float)
    for text in texts:
        for piece in set(whole.encode(text).tokens):
            used[piece] += IN_CORPUS
    for language in LANGUAGES:
        for rank, word in enumerate(top_n_list(language, COMMON_WORDS), 10):
            weight = 1e4 / rank  # Zipf: the frequency itself, near enough
            forms = (word, f"{word} ") if language in {"ja", "zh"} else (word,)
            for form in forms:
                for piece in whole.encode(form, add_special_tokens=False).tokens:
                    used[piece] += weight
            if language in {"ja", "zh"}:
                for piece in whole.encode("。" + word, add_special_tokens=False).tokens:
                    used[piece] += weight
    letters = {piece for piece in foundation.pieces if len(piece) == 1 and _in_use(piece)}
    chosen = set(SPECIAL) | letters
    for piece in sorted(used, key=used.__getitem__, reverse=True):
        if len(chosen) >= limit:
            break
        chosen.add(piece)
    rows = [row for row, piece in enumerate(foundation.pieces) if piece in chosen]
    return [everything[row] for row in rows], rows + [-1] * len(MARKERS)


def _in_use(letter: str) -> bool:
    code = ord(letter)
    return code < 0x250 or 0x3040 <= code <= 0x30FF or letter in "。、！？～ー・「」《》"
