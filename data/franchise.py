"""Which items belong to one work."""

from collections.abc import Sequence

from data.items import Item


def with_franchises(items: Sequence[Item]) -> list[Item]:
    return list(items)
