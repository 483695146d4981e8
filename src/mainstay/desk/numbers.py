"""How the desk writes numbers: money compact and exact, shares, ranges; in the reader's language."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache

from django.utils.formats import get_format
from django.utils.translation import get_language

MINUS = "−"  # a true minus sign: as wide as a plus, and never taken for a hyphen
NOTHING = "–"
SYMBOLS = {
    "GBP": "£",
    "USD": "$",
    "EUR": "€",
    "CNY": "¥",
    "JPY": "¥",
    "KRW": "₩",
    "TWD": "NT$",
    "HKD": "HK$",
    "SGD": "S$",
    "AUD": "A$",
    "CAD": "C$",
    "INR": "₹",
    "VND": "₫",
    "THB": "฿",
}
NO_CENTS = frozenset({"JPY", "KRW", "TWD", "VND"})
# Chinese and Korean count in ten-thousands: 123.4萬, not 1.2m.
UNITS: dict[str, tuple[tuple[float, str], ...]] = {
    "en": ((1e9, "bn"), (1e6, "m"), (1e3, "k")),
    "zh-hant": ((1e12, "兆"), (1e8, "億"), (1e4, "萬")),
    "zh-hans": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
    "ko": ((1e12, "조"), (1e8, "억"), (1e4, "만")),
}
_TEN_THOUSAND = ("萬", "万", "만")
MOST_TYPED = 15  # digits; times the rows of a page it is a number still that a database takes
_LEAST_OF_UNIT = 0.1  # 0.14萬 is read at a glance, 0.014萬 is not


def typed(text: str, otherwise: int) -> int:
    """A whole number of an address or a hidden field; `otherwise` for all that can't be one."""
    plain = text.isascii() and text.isdecimal() and len(text) <= MOST_TYPED
    return int(text) if plain else otherwise


def units(language: str | None = None) -> tuple[tuple[float, str], ...]:
    """The large units of a language, the largest first; English where we know none."""
    return UNITS.get((language or get_language() or "en").lower(), UNITS["en"])


def missing(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


def _digits(value: float) -> int:
    """Digits after the point, so that three figures are shown."""
    return 2 if value < 9.995 else 1 if value < 99.95 else 0


@cache
def _marks(language: str | None) -> dict[int, str]:
    """How a language writes the comma between thousands and the point before tenths."""
    comma, point = (
        get_format("THOUSAND_SEPARATOR", language),
        get_format("DECIMAL_SEPARATOR", language),
    )
    return str.maketrans({",": comma, ".": point})


def _formatted(value: float | Decimal, digits: int) -> str:
    """A rounded number in the reader's language, as Django writes it; a page has a thousand of them."""
    return f"{value:,.{digits}f}".translate(_marks(get_language()))


def compact(value: float | None, language: str | None = None) -> str:
    """A number short enough to be read at a glance: 1.2m, 123.4萬; – where there is none."""
    if value is None or not math.isfinite(value):
        return NOTHING
    size, sign = abs(float(value)), MINUS if value < 0 else ""
    steps = units(language)
    for place, (unit, word) in enumerate(steps):
        # 999,960 is 1m, not 1000k
        if size >= unit * (0.9995 if place + 1 < len(steps) else 1):
            return sign + _scaled(size / unit, word) + word
    whole = _formatted(round(size), 0)
    return sign + whole if whole != "0" else whole


def rate(value: float | None) -> str:
    """A number that may be far below one, in three figures at most: 0.05, 7.3, 120."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if 0 < value < 0.005:
        return f"< {_formatted(0.01, 2)}"
    digits = _digits(abs(value)) if round(value, 2) != round(value) else 0
    text = _formatted(round(abs(value), digits), digits)
    return MINUS + text if value < 0 else text


def _scaled(value: float, word: str) -> str:
    """A number of the large units with that word."""
    digits = _digits(value)
    if word in _TEN_THOUSAND and 99.95 <= value < 999.5:
        digits = 1  # 123.4萬: the next word is four digits away
    text = _formatted(round(value, digits), digits)
    return text.rstrip("0").removesuffix(get_format("DECIMAL_SEPARATOR")) if digits else text


def symbol(currency: str | None) -> str:
    return SYMBOLS.get(currency or "", f"{currency}\u202f" if currency else "")


def _with_symbol(text: str, currency: str | None) -> str:
    if text == NOTHING:
        return text
    mark = symbol(currency)
    return MINUS + mark + text[1:] if text.startswith(MINUS) else mark + text


def money(value: float | None, currency: str | None, language: str | None = None) -> str:
    """Compact money: £1.2m, NT$123.4萬."""
    return _with_symbol(compact(value, language), currency)


def exact_money(value: float | Decimal | None, currency: str | None) -> str:
    """Money to the cent, as the books have it."""
    if value is None or not math.isfinite(value):
        return NOTHING
    amount = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    digits = 0 if currency in NO_CENTS and amount == round(amount) else 2
    amount = round(amount, digits)
    text = _formatted(abs(amount), digits)
    return _with_symbol((MINUS if amount < 0 else "") + text, currency)


def money_ends(
    low: float | None, high: float | None, currency: str | None
) -> tuple[str, str] | None:
    """Both ends of an interval of money; None where one is not known."""
    if low is None or high is None or missing(low) or missing(high):
        return None
    ends = sorted((low, high), key=abs)
    smaller, larger = (money(end, currency) for end in ends)
    # £0.14萬 – £1.39萬: between 1,381 and 1.39萬 one would have to count digits. Thousands are counted.
    unit, word = next((step for step in units() if larger.endswith(step[1])), (0.0, ""))
    counted = units() is UNITS["en"] or not word or smaller.endswith(word)
    if not counted and abs(ends[0]) >= _LEAST_OF_UNIT * unit:
        sign = MINUS if ends[0] < 0 else ""
        smaller = _with_symbol(sign + _scaled(abs(ends[0]) / unit, word) + word, currency)
    return (smaller, larger) if ends[0] == low else (larger, smaller)


def money_between(low: float | None, high: float | None, currency: str | None) -> str:
    """An interval of money: £0.8m – £1.6m; one sum where both ends are written alike."""
    ends = money_ends(low, high, currency)
    if ends is None:
        return NOTHING
    return ends[0] if ends[0] == ends[1] else " – ".join(ends)


def share(value: float | None) -> str:
    """A share as a percentage: 12%, 0.4%."""
    if value is None or not math.isfinite(value):
        return NOTHING
    percent = abs(value) * 100
    digits = 1 if 0 < percent < 9.95 and round(percent, 1) != round(percent) else 0
    return f"{MINUS if value < 0 and percent >= 0.05 else ''}{_formatted(round(percent, digits), digits)}%"


def change(value: float | None) -> str:
    """A change as a percentage with its sign: +12%, −8%."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value > 9.995:
        return f"×{_formatted(round(value + 1, 0), 0)}"
    # More credit notes than sales: nothing can fall by more than all of it.
    text = _formatted(round(abs(max(value, -1.0)) * 100), 0)
    return f"{MINUS if value < 0 and text != '0' else '+' if text != '0' else ''}{text}%"


def plain(value: float | None) -> str:
    """A number with one digit at most: 12, 3.5."""
    if value is None or not math.isfinite(value):
        return NOTHING
    digits = 0 if abs(value) >= 9.95 or round(value, 1) == round(value) else 1
    text = _formatted(round(abs(value), digits), digits)
    return MINUS + text if value < 0 and text != "0" else text
