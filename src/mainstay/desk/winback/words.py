"""The words of the page of lost accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

SHOWS: dict[str, Any] = {
    "": pgettext_lazy("lost accounts", "To call now"),
    "soon": pgettext_lazy("lost accounts", "Within a quarter"),
    "later": pgettext_lazy("lost accounts", "Later"),
}
