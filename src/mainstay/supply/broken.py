"""What changes by hand break that the rule held: the floor of small accounts, contracts, promised days.

A change breaks nothing that the stock or whole lots let the rule itself not hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.supply.lots import EPS
from mainstay.supply.types import SMALL

FLOOR = gettext_noop(
    "The floor of small accounts breaks: of {product} they get {got} together, and the floor is {floor}."
)
CONTRACT = gettext_noop(
    "A contract breaks: {account} gets {got} of {product}, and {owed} are owed to it."
)
PROMISED = gettext_noop(
    "A promised day breaks: {account} gets {got} of {product}, and {before} by the rule; {promised_on} was promised."
)


def broken(product: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> list[Text]:
    """In sentences, what is broken of one product.

    product: name, floor (units that small accounts together get at least, as it can be held)
    lines: of it, account_id, name, size_class, owed, promised, promised_on, by_rule, given (units)
    """
    name = product["name"]
    small = [row for row in lines if row["size_class"] == SMALL]
    held = min(product["floor"], sum(row["by_rule"] for row in small))
    got = sum(row["given"] for row in small)
    said = []
    if got < held - EPS:
        said.append(Text(FLOOR, {"product": name, "got": _short(got), "floor": _short(held)}))
    for row in lines:
        told = {
            "account": row["name"] or row["account_id"],
            "product": name,
            "got": _short(row["given"]),
        }
        owed = min(row["owed"], row["by_rule"])
        if row["given"] < owed - EPS:
            said.append(Text(CONTRACT, told | {"owed": _short(owed)}))
        if row["promised"] and row["given"] < row["by_rule"] - EPS:
            promised = {"before": _short(row["by_rule"]), "promised_on": str(row["promised_on"])}
            said.append(Text(PROMISED, told | promised))
    return said


def _short(value: float) -> float | int:
    """Without what nobody counts."""
    rounded = round(value, 3)
    return int(rounded) if rounded.is_integer() else rounded
