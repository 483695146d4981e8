"""Within how long complaints of each kind and severity are to be answered and solved."""

from __future__ import annotations

import pyarrow as pa

from mainstay.core.service_standards import BUILT_IN
from mainstay.standing.known import Known

MOST_HOURS = 24 * 3_650  # of a standard; more is none


def standards(known: Known) -> pa.Table:
    """By kind and severity: hours to answer and to solve, whether around the clock, whether the company's own.

    The company's own where it has written some, else ours.
    """
    built_in = pa.table(
        {
            "kind": [kind for kind, _ in BUILT_IN],
            "severity": [severity for _, severity in BUILT_IN],
            "answer": [float(s.answer) for s in BUILT_IN.values()],
            "solve": [float(s.solve) for s in BUILT_IN.values()],
            "always": [s.always for s in BUILT_IN.values()],
        }
    )
    return known.sql(
        f"""
        select b.kind, b.severity, least(coalesce(w.answer_within, b.answer), {MOST_HOURS}) as answer,
            least(coalesce(w.solve_within, b.solve), {MOST_HOURS}) as solve,
            case when w.kind is null then b.always else w.calendar = 'always' end as always,
            w.kind is not null as own
        from built_in b left join (
            select * from service_standards where answer_within > 0 and solve_within > 0
        ) w using (kind, severity)
        """,
        built_in=built_in,
    )
