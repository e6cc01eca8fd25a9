"""A small shop, whose names say what its things are."""

import json
from itertools import product
from pathlib import Path

import pytest
from filelock import FileLock

from data.build import build_index
from data.embedding import EmbeddingSettings
from data.index import Index, open_index
from data.profile import load_profile

PROFILE = """
name: corner
noun: {one: product, many: products}
facets:
  brand: {label: brand}
numbers:
  price: {label: price, prefix: "€", decimals: 2}
  score: {label: rating, kind: score, decimals: 1}
files: [corner.jsonl]
card: [price, score]
examples: [a lamp under 20]
"""
MAKERS = ("Alder", "Brook", "Cinder", "Dune", "Ember", "Fjord")
WEARERS = ("Women's", "Men's", "Girl's", "Boy's")
WORN = ("Running Shoes", "Wrist Watch", "Cotton Shirt", "Leather Belt")
USED = ("Desk Lamp", "Wall Clock", "Steel Bottle", "Wireless Router", "Coffee Mug", "Wool Blanket")


def products() -> list[dict[str, object]]:
    """Return things in a shop: each maker has each of them, at prices of 5 to 290."""
    worn = [f"{wearer} {thing}" for wearer, thing in product(WEARERS, WORN)]
    named = [(maker, thing) for thing in (*worn, *USED) for maker in MAKERS]
    return [
        {
            "id": f"p{place}",
            "title": f"{maker} {thing}",
            "synopsis": f"{thing} by {maker}.",
            "brand": [maker],
            "price": 5 + place * 37 % 286,
            "score": 2 + place * 7 % 30 / 10,
        }
        for place, (maker, thing) in enumerate(named)
    ]


@pytest.fixture(scope="session")
def shop_index(shared_folder: Path) -> Index:
    """Return the opened index of the small shop, embedded by the bundled model."""
    folder = shared_folder / "corner"
    with FileLock(shared_folder / "corner.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(folder))
        folder.mkdir(exist_ok=True)
        lines = (json.dumps(each) for each in products())
        (folder / "corner.jsonl").write_text("\n".join(lines), "utf-8")
        (folder / "corner.yaml").write_text(PROFILE, "utf-8")
        profile = load_profile(str(folder / "corner.yaml"))
        build_index(profile, EmbeddingSettings())
        return open_index(profile, EmbeddingSettings())
