"""A text's words, as search by words sees them."""

from data.items import fold

FUNCTION_WORDS = frozenset(
    "a an and are as at be but by for from has have he her his i in is it its me my of on or our "
    "she so that the their them they this to was we were who will with you your".split()
)


def words_of(text: str) -> list[str]:
    """Return a text's words as BM25 sees them: folded, no plural s, no function words."""
    return [_singular(word) for word in fold(text).split() if word not in FUNCTION_WORDS]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
