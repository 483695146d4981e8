"""The best allocation of one product in lots, where there are few: a mixed-integer programme.

    max Σ v_o x_o,  Σ units_o x_o ≤ S,  Σ units_o x_o over small accounts ≥ F,  Σ_{o of a line} x_o = 1

An option is an amount that can be sent for a line; v_o, what it saves of the expected loss. Solved by HiGHS.
"""

from __future__ import annotations

import numpy as np

from mainstay.supply.lots import EPS
from mainstay.supply.types import Floats, Wanted

MOST_OPTIONS = 1200
GAP, NODES = 1e-4, 2000  # nodes, not seconds: the same plan on every machine


def amounts(lines: Wanted, least: Floats) -> list[Floats] | None:
    """Of each line, what can be sent, at least `least`; None where there are too many amounts."""
    found, n = [], 0
    for i in range(len(lines)):
        wants, step = float(lines.wanted[i]), float(lines.step[i])
        if step <= 0 or wants / step > MOST_OPTIONS:
            return None
        some = np.append(np.arange(0.0, wants - EPS, step), wants)
        fits = (some >= least[i] - EPS) & ((some < EPS) | (some >= lines.least[i] - EPS))
        found.append(some[fits | (some >= wants)])
        n += len(found[-1])
        if n > MOST_OPTIONS:
            return None
    return found


def best(
    lines: Wanted, least: Floats, available: float, floor: float
) -> tuple[Floats, float] | None:
    """What each line gets and what no allocation can save more than (as it counts in the choice).

    least: of each line, an amount that can be sent
    Returns: None where there are too many amounts, or none is possible
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, vstack

    sent = amounts(lines, least)
    if sent is None:
        return None
    line = np.repeat(np.arange(len(lines)), [len(one) for one in sent])
    units = np.concatenate(sent)
    of = lines.of(line)
    nothing = of.lost(np.zeros(len(units)))
    value = of.favour * (nothing - of.lost(units))
    once = csr_array(
        (np.ones(len(units)), (line, np.arange(len(units)))), shape=(len(lines), len(units))
    )
    rows = vstack(
        [csr_array(np.array([units, np.where(of.small, units, 0.0)])), once], format="csr"
    )
    low = np.concatenate([[-np.inf, floor - EPS], np.ones(len(lines))])
    high = np.concatenate([[available + EPS, np.inf], np.ones(len(lines))])
    found = milp(
        -value,
        integrality=np.ones(len(units), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows, low, high),
        options={"mip_rel_gap": GAP, "node_limit": NODES},
    )
    if found.x is None:
        return None
    taken = np.asarray(found.x) > 0.5
    given = np.zeros(len(lines))
    np.add.at(given, line[taken], units[taken])
    return given, -float(found.mip_dual_bound)
