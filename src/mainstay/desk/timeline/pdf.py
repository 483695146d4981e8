"""A timeline as PDF, set by typst; what people wrote goes in as data, never as markup."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.models import Account
from mainstay.desk.timeline.queries import Month, Timeline

TEMPLATE = Path(__file__).parent / "timeline.typ"
# The family of each language first: the same sign is drawn otherwise in Taipei, Shanghai and Seoul.
FONTS = {"zh-hant": "Noto Sans CJK TC", "zh-hans": "Noto Sans CJK SC", "ko": "Noto Sans CJK KR"}


class CannotPrint(MainstayError):
    """The PDF can't be set here."""

    code = "cannot_print"


def of_timeline(account: Account, timeline: Timeline, currency: str, language: str) -> bytes:
    """The pages of a timeline.

    Raises: CannotPrint, where a font for the texts is missing: they would be left out in silence
    """
    data = {
        "font": font_for(language),
        "title": account.name,
        "code": account.account_id,
        "state": account_words.state(account.state),
        "heading": _("Timeline"),
        "months": [_month(month, currency) for month in timeline.months],
        "nothing": _("Nothing is known of this time."),
    }
    import typst

    content = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(data)}
    )
    assert isinstance(content, bytes)  # noqa: S101  # one file, not pages
    return content


def font_for(language: str) -> str:
    """The family to set texts of a language in.

    Raises: CannotPrint, where it is missing: texts would be left out in silence
    """
    font = FONTS.get(language, FONTS["zh-hans"])
    if font not in _fonts():
        raise CannotPrint(
            gettext_noop(
                "The font {font} is not installed here, without which Chinese and Korean texts would "
                "be missing; ask your administrator to install the fonts Noto CJK."
            ),
            font=font,
        )
    return font


@cache
def _fonts() -> frozenset[str]:
    import typst

    return frozenset(typst.Fonts().families())


def _month(month: Month, currency: str) -> dict[str, object]:
    said = ""
    if month.orders:
        orders = ngettext("%(n)s order", "%(n)s orders", month.orders) % {"n": month.orders}
        said = f"{orders} · {numbers.exact_money(month.amount, currency)}"
    return {
        "name": account_words.month(month.first),
        "orders": said,
        "moments": [
            {
                "on": account_words.day(m.on),
                "title": ": ".join(part for part in (m.title, m.kind) if part),
                "text": m.text,
                "people": m.people,
            }
            for m in month.moments
        ],
    }
