"""What the desk's templates need: icons, states, money, days, sentences, small pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mainstay.desk import numbers
from mainstay.desk.accounts import addresses, words
from mainstay.desk.accounts.filters import AT_RISK
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.pictures import LINE_WORDS
from mainstay.desk.charts import small

register = template.Library()
THEMES = ("light", "dark")
THEME_COOKIE = "mainstay_theme"
HARDLY = 0.02  # a smaller change is neither good nor bad news


@register.simple_tag
def icon(name: str) -> SafeString:
    """A symbol of the sheet; it says nothing to screen readers, the word beside it does."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("mainstay/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def theme(context: Mapping[str, Any]) -> str:
    """light or dark where the reader chose, else empty: as the system has it."""
    request = context.get("request")
    chosen = request.COOKIES.get(THEME_COOKIE, "") if request is not None else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag
def state(code: str | None, kind: str = "") -> SafeString:
    """A state as shape, word and colour together."""
    if not code:
        return format_html('<span class="faint">{}</span>', numbers.NOTHING)
    return format_html(
        '<span class="state {} {}">{}{}</span>', code, kind, icon(code), words.state(code)
    )


@register.simple_tag
def since(account: Account) -> str:
    """Since when an account is in its state; where it was so before anybody looked, before which day."""
    if account.state_since:
        return _("since %(day)s") % {"day": words.day(account.state_since)}
    looked_from = account.assessment.meta.get("states_from")
    if not account.state or not looked_from:
        return ""
    return _("since before %(day)s") % {"day": words.day(looked_from)}


@register.simple_tag
def category_state(code: str) -> SafeString:
    return format_html(
        '<span class="state {}">{}{}</span>',
        {"kept": "steady", "gone": "lost"}.get(code, code),
        icon(words.CATEGORY_ICONS.get(code, "steady")),
        words.CATEGORY_STATES.get(code, code),
    )


@register.simple_tag
def tier(code: str | None) -> SafeString:
    if not code:
        return SafeString("")
    return format_html('<span class="tier {}">{}</span>', code, code)


@register.simple_tag
def money(value: Any, currency: str | None = "", cls: str = "") -> SafeString:
    """Compact money; the exact sum when pointed at, and for screen readers."""
    value = None if value == "" else value  # what a template makes of a name that is not there
    short, exact = numbers.money(value, currency), numbers.exact_money(value, currency)
    if short == exact:
        return format_html('<span class="money {}">{}</span>', cls, short)
    return format_html(
        '<span class="money {}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="hidden">{}</span></span>',
        cls,
        exact,
        short,
        exact,
    )


@register.simple_tag
def between(low: float | None, high: float | None, currency: str | None = "") -> str:
    """An interval under a figure; nothing where it would only write the figure again."""
    ends = numbers.money_ends(low, high, currency)
    return "" if ends is None or ends[0] == ends[1] else " – ".join(ends)


@register.simple_tag
def sure_between(low: float | None, high: float | None, currency: str | None = "") -> str:
    """“Very probably (80%) between … and …”; where both ends are written alike there is no between.

    The words are those of `causes.words.LIKELY`: one scale for all that is not sure.
    """
    least, most = numbers.money_ends(low, high, currency) or (numbers.NOTHING, numbers.NOTHING)
    if least == most:
        return _("Very probably (80%%) about %(sum)s") % {"sum": least}
    return _("Very probably (80%%) between %(low)s and %(high)s") % {"low": least, "high": most}


@register.filter
def counts(state: str | None) -> bool:
    """Whether what an account in this state has at risk is in the sums."""
    return state in AT_RISK


@register.filter
def in_month(value: date) -> str:
    return words.month(value)


@register.simple_tag
def exact_money(value: float | None, currency: str | None = "") -> str:
    return numbers.exact_money(value, currency)


@register.simple_tag
def change(value: float | None) -> SafeString:
    """A change in percent, with sign and an arrow."""
    shown = numbers.change(value)
    if value is None or shown == numbers.NOTHING or abs(value) < HARDLY:
        return format_html('<span class="faint">{}</span>', shown)
    return format_html('<span class="{}">{}</span>', "up" if value > 0 else "fall", shown)


@register.filter
def day(value: date | str | None) -> str:
    return words.day(value)


@register.filter
def share(value: float | None) -> str:
    return numbers.share(value)


@register.filter
def plain(value: float | None) -> str:
    return numbers.plain(value)


@register.filter
def negated(value: float | None) -> float | None:
    return None if value is None else -value


def _one_or_more(shown: str) -> int:
    """What decides between singular and plural: the number as it is written."""
    return 1 if shown == "1" else 2


@register.filter
def in_days(value: float | None) -> str:
    shown = numbers.plain(value)
    return ngettext("%(days)s day", "%(days)s days", _one_or_more(shown)) % {"days": shown}


@register.filter
def late_after(value: float | None) -> str:
    """The whole days of silence that are not late yet."""
    shown = numbers.plain(None if value is None else math.floor(value))
    said = ngettext("late after %(days)s day", "late after %(days)s days", _one_or_more(shown))
    return said % {"days": shown}


@register.filter
def orders_expected(value: float | None) -> str:
    shown = numbers.plain(value)
    said = ngettext("%(n)s order day expected", "%(n)s order days expected", _one_or_more(shown))
    return said % {"n": shown}


@register.filter
def index(value: float | None) -> str:
    """The Herfindahl index, with three digits."""
    return numbers.NOTHING if value is None else number_format(round(value, 3), 3)


@register.filter
def state_word(code: str | None) -> str:
    return words.state(code)


@register.filter
def size_word(code: str | None) -> str:
    return str(words.SIZES.get(code or "", code or numbers.NOTHING))


@register.filter
def answer_word(code: str | None) -> str:
    return str(words.ANSWERS.get(code or "", code or numbers.NOTHING))


@register.simple_tag
def reasons(stored: str | None, currency: str | None = "") -> list[str]:
    return words.sentences(stored, currency)


@register.simple_tag
def first_reason(stored: str | None, currency: str | None = "") -> str:
    found = words.sentences(stored, currency)
    return found[0] if found else ""


@register.filter
def line_word(name: str) -> str:
    """What a column of order lines is called."""
    return str(LINE_WORDS.get(name, name))


@register.filter
def kind_word(code: str | None) -> str:
    return str(words.LINE_KINDS.get(code or "sale", code))


@register.simple_tag
def name_of(names: Mapping[str, str] | str, code: str, otherwise: Any = None) -> str:
    """The name behind a staff code; the code (or `otherwise`) where none is known."""
    found = names.get(code) if isinstance(names, Mapping) else None
    return found or str(otherwise or code)


@register.simple_tag
def one_of_ours(names: Mapping[str, str] | str, code: str) -> str:
    """The name behind a staff code; a code that nobody is known by says so."""
    found = names.get(code) if isinstance(names, Mapping) else None
    if found:
        return found
    said = _("Nobody of ours is known by this code.")
    return format_html(
        '<span class="faint" title="{}">{}<span class="hidden"> ({})</span></span>',
        said,
        code,
        said,
    )


@register.simple_tag
def sentence(text: Any, currency: str | None = "") -> str:
    return words.sentence(text, currency) if text else ""


@register.filter
def account_address(account_id: str) -> str:
    return addresses.account_url(account_id)


@register.simple_tag
def range_bar(account: Any, most: float, currency: str | None = "") -> SafeString:
    """The money at risk of an account, with its interval, on the page's common scale."""
    value = account.money_at_risk or 0.0
    low = account.money_at_risk_low if account.money_at_risk_low is not None else value
    high = account.money_at_risk_high if account.money_at_risk_high is not None else value
    tip = f"{numbers.money(value, currency)} ({numbers.money_between(low, high, currency)})"
    return small.range_bar(value, low, high, most=most, tip=tip)


@register.simple_tag
def wallet_bar(account: Any) -> SafeString:
    """Our share of what an account buys, with its range and where it stood a year ago."""
    now, low, high = (
        account.share_of_wallet,
        account.share_of_wallet_low,
        account.share_of_wallet_high,
    )
    tip = f"{numbers.share(now)} ({numbers.share(low)} – {numbers.share(high)})"
    return small.share_range(now, low, high, before=account.share_of_wallet_before, tip=tip)


@register.filter
def wallet_word(source: str | None) -> str:
    return str(words.WALLET_SOURCES.get(source or "", source or numbers.NOTHING))


@register.simple_tag
def share_bar(value: float | None, most: float = 1.0) -> SafeString:
    return small.share_bar(value or 0.0, numbers.share(value), most=most)


@register.simple_tag(takes_context=True)
def with_query(context: Mapping[str, Any], **changes: Any) -> str:
    """The page's own query string with some parts changed; None takes one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = value
    shown = query.urlencode()
    return f"?{shown}" if shown else "?"
