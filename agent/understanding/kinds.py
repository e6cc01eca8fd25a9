"""What kind of quantity a number of a profile is: the same in every catalogue and language."""

from data.profile import Number

_MINUTES = ("minute", "minutes", "min")


def kind_of(number: Number) -> str:
    """Return year, score, popularity, price, time, percent or count."""
    if number.kind != "amount":
        return number.kind
    if number.prefix:
        return "price"
    if any(unit in number.units for unit in _MINUTES):
        return "time"
    return "percent" if "%" in number.units or number.many == "%" else "count"


def minutes_in(number: Number) -> float:
    """Return how many of a number one minute is."""
    return next((number.units[unit] for unit in _MINUTES if unit in number.units), 1.0)
