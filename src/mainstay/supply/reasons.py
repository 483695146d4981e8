"""Why a line gets what it gets, and why not more: codes in the tables, sentences where somebody reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.texts import Text, gettext_noop
from mainstay.supply.allocation import Allocation
from mainstay.supply.lots import EPS
from mainstay.supply.types import Floats, Wanted

SHORT_BEFORE = 5.0  # points of fill rate missed lately, from which on it is a reason
WHY: dict[str, str] = {
    "quota": gettext_noop("An agreement with a quota asks for it, and contracts come first."),
    "exclusive": gettext_noop("They buy from us alone by agreement, and contracts come first."),
    "floor": gettext_noop(
        "Small accounts together get at least their floor, and among them a unit saves most here."
    ),
    "before": gettext_noop(
        "They were short through us before ({before} points of their fill rate in {deliveries} deliveries of "
        "half a year): another shortage weighs more."
    ),
    "delivery": gettext_noop(
        "Our deliveries are a likely cause of their decline already ({p_share}): another shortage weighs more."
    ),
    "promised": gettext_noop("A day before more arrives was promised: {promised_on}."),
    "core": gettext_noop("A core account: between two that are otherwise alike, it comes first."),
    "worth": gettext_noop(
        "A unit less would cost {here_money} of expected margin here, as much or more than elsewhere."
    ),
    "nothing": gettext_noop("Nothing is left for this line: where it went, it saves more."),
    "empty": gettext_noop("There is nothing of it to give."),
    "hand": gettext_noop("Set by hand: {reason}"),
}
WHY_NOT: dict[str, str] = {
    "all": gettext_noop("All that was ordered."),
    "elsewhere": gettext_noop(
        "Not more: a unit saves {here_money} of expected margin here, and {price_money} where the last one went."
    ),
    "even": gettext_noop("Not more: a unit saves about as much where the last one went."),
    "lots": gettext_noop("Not more: what is left is no whole lot of {step}."),
    "least": gettext_noop("Nothing: less than the minimum lot of {least} would be left for it."),
    "floor": gettext_noop("Not more: the floor of small accounts comes first."),
    "hand": gettext_noop("Not more: what a person set by hand comes first."),
}


def why_codes(
    wanted: Wanted, made: Allocation, contract: pa.Array, promised: np.ndarray, before: Floats
) -> tuple[pa.Array, pa.Array]:
    """WHY and WHY_NOT of each line."""
    given, n = made.given, len(wanted)
    why = np.full(n, "worth", object)
    at = wanted.product
    core = wanted.favour > 1
    favoured = [
        (core, "core"),
        (np.asarray(promised, bool), "promised"),
        (before >= SHORT_BEFORE, "before"),
        (wanted.small & made.shares.held[at], "floor"),
    ]
    for here, code in favoured:
        why[here] = code
    owed = np.asarray(pc.is_valid(contract).to_numpy(zero_copy_only=False), bool)
    why[owed] = np.array(contract.to_pylist(), object)[owed]
    why[given <= EPS] = "nothing"
    there_is = np.bincount(at, given, int(at.max(initial=-1)) + 1) > EPS
    why[~there_is[at]] = "empty"
    full = given >= wanted.wanted - EPS
    elsewhere = made.marginal <= made.price_of(wanted) * (1 + 1e-6)
    floored = made.shares.held[at] & ~wanted.small & ~elsewhere
    floored &= made.marginal > made.shares.small_price[at]
    not_more = np.where(elsewhere, "elsewhere", "lots").astype(object)
    not_more[~elsewhere & (wanted.step <= 1)] = "even"
    not_more[floored] = "floor"
    not_more[(given <= EPS) & (wanted.least > wanted.step) & ~elsewhere & ~floored] = "least"
    not_more[full] = "all"
    return pa.array(why, pa.string()), pa.array(not_more, pa.string())


def sentences(row: Mapping[str, Any]) -> list[Text]:
    """Why a line of a sheet gets what it gets, and why not more.

    row: of LINES, and `reason` where it was set by hand
    """
    data = {
        "before": round(float(row.get("before") or 0.0), 1),
        "deliveries": row.get("deliveries") or 0,
        "p_share": row.get("p_delivery"),
        "promised_on": str(row.get("promised_on") or ""),
        "here_money": row.get("here"),
        "price_money": row.get("price"),
        "step": _short(row.get("step")),
        "least": _short(row.get("least")),
        "reason": row.get("reason") or "–",
    }
    told = [WHY[row["why"]], *([WHY_NOT[row["why_not"]]] if row["why"] != "empty" else [])]
    return [
        Text(template, {k: v for k, v in data.items() if "{" + k + "}" in template})
        for template in told
    ]


def _short(value: Any) -> Any:
    return None if value is None else int(value) if float(value).is_integer() else value
