"""The desk's words for the columns of allocations; a part of `words`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

COLUMNS_OF_ALLOCATIONS: dict[str, Any] = {
    "allocation_id": pgettext_lazy("column of a file", "Allocation number"),
    "sheet_id": pgettext_lazy("column of a file", "Allocation sheet"),
    "allocations.decided_on": pgettext_lazy("column of a file", "Allocated on"),
    "allocations.wanted": pgettext_lazy("column of a file", "Quantity wanted"),
    "allocations.given": pgettext_lazy("column of a file", "Quantity allocated"),
    "given_by": pgettext_lazy("column of a file", "Allocated by"),
    "allocations.state": pgettext_lazy("column of a file", "State of allocation"),
    "allocations.reason": pgettext_lazy("column of a file", "Reason of allocation"),
}
