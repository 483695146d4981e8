"""What is written down a second time under a code of its own: the same agreement, the same request.

Rows of other tables are named by what they say; these get their code from the application, so that a form
that was opened twice would write them twice, and a rebate would be owed twice.
"""

from __future__ import annotations

from typing import Any

from mainstay.desk.facts.models import Fact

# By table: what two rows have in common, and the text that must say the same where it says something.
SAME: dict[str, tuple[tuple[str, ...], str]] = {
    "agreements": (("account_id", "segment", "from_on"), "rebate_rule"),
    "requests": (("account_id", "raised_on"), "text"),
}


def there_already(fact: Fact) -> bool:
    """Whether another row says the same; one of which the text says nothing has none like it."""
    if fact.TABLE not in SAME:
        return False
    names, text = SAME[fact.TABLE]
    said = _plain(getattr(fact, text))
    if not said:
        return False
    rows: Any = type(fact)._default_manager.exclude(pk=fact.pk)
    same = rows.filter(**{name: getattr(fact, name) for name in names})
    return any(_plain(one) == said for one in same.values_list(text, flat=True))


def _plain(text: str | None) -> str:
    """A text whatever its blanks and capitals."""
    return "".join((text or "").split()).casefold()
