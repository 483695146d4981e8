"""The tables of a plan: what is planned, what was considered, what there was of hours and money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.causes.families import CAUSE_NAMES, FAMILIES, UNKNOWN
from mainstay.core.budgets import POOLS
from mainstay.core.texts import texts_to_json
from mainstay.plays import words
from mainstay.plays.gains import able, has_time, shares
from mainstay.plays.situation import NOTHING

if TYPE_CHECKING:
    from mainstay.plays.plan import Draft

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# One row an account that gets something new. Money in the reporting currency.
PLAN = pa.schema(
    [
        ("account_id", pa.string()),
        ("name", pa.string()),
        ("play", pa.string()),
        ("staff_id", pa.string()),  # who leads it
        ("starts_on", pa.date32()),
        ("stops_on", pa.date32()),  # its last step, or the day on which it ends unless renewed
        ("hours", pa.float64()),  # of all who take part, all steps
        ("money", pa.float64()),
        ("pool", pa.string()),  # of the money; null = none is needed
        ("kept", pa.float64()),  # expected margin kept (or won back) in 52 weeks
        ("cost", pa.float64()),  # hours × what an hour costs, and money
        ("net", pa.float64()),
        ("p_option", pa.float64()),  # probability with which it was drawn; 1 = no coin
        ("coin", pa.bool_()),
        ("runner_up", pa.string()),  # a play, or nothing
        ("runner_up_net", pa.float64()),
        ("why", pa.string()),  # JSON list of texts (core.texts)
        ("why_not", pa.string()),  # JSON list of one text: why not the runner-up
        ("needs_approval", pa.bool_()),
    ]
)
# One row an account × play that was considered; and nothing, where a coin had that side.
OPTIONS = pa.schema(
    [
        ("account_id", pa.string()),
        ("play", pa.string()),
        ("staff_id", pa.string()),  # who would lead it; null = nobody
        ("kept", pa.float64()),
        ("cost", pa.float64()),
        ("net", pa.float64()),
        ("chosen", pa.bool_()),
        ("coin", pa.bool_()),  # a coin was thrown, and this was drawn
        ("p_option", pa.float64()),  # with this probability; null = not drawn, or no coin
        ("kept_out", pa.string()),  # KEPT_OUT; empty = it was chosen
        ("by", pa.string()),  # person, pool or rule that kept it out; null = none
    ]
)
# One row a person or a pool of money.
LIMITS = pa.schema(
    [
        ("kind", pa.string()),  # hours, money
        ("id", pa.string()),  # staff_id or pool
        ("name", pa.string()),
        ("there_is", pa.float64()),  # hours this week; money that may be given now
        ("under_way", pa.float64()),  # of it, for what is under way
        ("planned", pa.float64()),  # of it, for what is new
        ("price", pa.float64()),  # what one more hour, or unit of money, would be worth
        ("binds", pa.bool_()),
        ("later", pa.float64()),  # hours of the three weeks after
        ("later_under_way", pa.float64()),
        ("later_planned", pa.float64()),
        ("things", pa.int64()),  # new plays that they lead
        ("things_price", pa.float64()),  # what one more of them would be worth
    ]
)
KEPT_OUT = (
    "hours",
    "things",
    "budget",
    "restraint",
    "not_worth",
    "coin",
    "other_better",
    "under_way",
    "snoozed",
    "nobody",
)
SHOWN = 5  # options of an account that are kept, best first
_BY_RULE = {"under_way": "under_way", "snoozed": "snoozed"}


def plan_table(draft: Draft) -> pa.Table:
    """PLAN, most worth first."""
    offered = draft.offered
    taken = np.flatnonzero(draft.choice.taken)
    net = offered.programme.value
    taken = taken[np.lexsort((offered.account[taken], -net[taken]))]
    second = _runners_up(draft, taken)
    rows = [_planned(draft, option, second[i]) for i, option in enumerate(taken.tolist())]
    return pa.Table.from_pylist(rows, PLAN)


def _runners_up(draft: Draft, taken: Longs) -> list[int]:
    """Of each chosen option, the next best that might have been chosen; −1 = nothing."""
    offered = draft.offered
    net = offered.programme.value
    order = np.lexsort((-net, offered.account))
    begins = np.searchsorted(offered.account[order], offered.account[taken])
    found = []
    for at, option in zip(begins.tolist(), taken.tolist(), strict=True):
        of = offered.account[option]
        mine = [o for o in order[at : at + 3].tolist() if offered.account[o] == of and o != option]
        found.append(mine[0] if mine else -1)
    return found


def _planned(draft: Draft, option: int, second: int) -> dict[str, Any]:
    seen, valued, offered = draft.seen, draft.worth, draft.offered
    account, j = int(offered.account[option]), int(offered.play[option])
    play = valued.plays[j]
    kept, cost = float(valued.kept[account, j]), float(valued.cost[account, j])
    p = float(draft.thrown.probability[option])
    ends = play.ends_on(seen.as_of)
    stake, back = draft.worth.stake, play.returns
    cause, p_cause = _first_cause(seen.causes[account] if back else shares(stake.by_cause)[account])
    base = stake.gone if back else stake.by_cause.sum(axis=1)
    chosen = words.Chosen(
        play,
        draft.beliefs[play.name],
        float(base[account]),
        kept,
        cost,
        cause,
        p_cause,
        p,
        str(ends),
        seen.season_told.get(account, ()),
    )
    other = valued.plays[int(offered.play[second])].name if second >= 0 else NOTHING
    other_net = float(offered.programme.value[second]) if second >= 0 else 0.0
    k = int(offered.play[second]) if second >= 0 else 0
    not_that = words.why_not(
        other,
        float(valued.kept[account, k]),
        float(valued.cost[account, k]),
        kept - cost - other_net,
    )
    return {
        "account_id": seen.account_id[account],
        "name": seen.name[account],
        "play": play.name,
        "staff_id": draft.team.people[int(offered.lead[option])].staff_id,
        "starts_on": seen.as_of,
        "stops_on": ends,
        "hours": play.hours,
        "money": float(valued.money[account, j]),
        "pool": play.cost.pool or None,
        "kept": kept,
        "cost": cost,
        "net": kept - cost,
        "p_option": p,
        "coin": p < 1,
        "runner_up": other,
        "runner_up_net": other_net,
        "why": texts_to_json(words.why(chosen)),
        "why_not": texts_to_json([not_that]),
        "needs_approval": play.asks,
    }


def _first_cause(p: Floats) -> tuple[str, float]:
    """The likeliest family, or unknown."""
    families = dict.fromkeys(FAMILIES, 0.0)
    for name, chance in zip(CAUSE_NAMES, p[:-1].tolist(), strict=True):
        families[name.partition(".")[0]] += chance
    families[UNKNOWN] = float(p[-1])
    first = max(families, key=families.__getitem__)
    return first, families[first]


def options_table(draft: Draft) -> pa.Table:
    """OPTIONS: of each account its best few, each with what kept it out."""
    valued, seen = draft.worth, draft.seen
    net = np.where(valued.suits, valued.net, -np.inf)
    rank = np.argsort(np.argsort(-net, axis=1, kind="stable"), axis=1, kind="stable")
    leaving = np.isin(seen.state, ("noticed", "late", "slipping"))
    shown = valued.suits & (rank < SHOWN) & ((net > 0) | ((rank < 2) & leaving[:, None]))
    shown[draft.offered.account, draft.offered.play] |= draft.choice.taken
    shown[draft.offered.account, draft.offered.play] |= draft.thrown.probability < 1
    account, play = np.nonzero(shown)
    option = np.full(net.shape, -1, np.int64)
    option[draft.offered.account, draft.offered.play] = np.arange(len(draft.offered.account))
    places = option[account, play]
    kept_out, by = _kept_out(draft, account, play, places)
    drawn = (
        (places >= 0) & (draft.thrown.probability[places] < 1)
        if len(draft.thrown.probability)
        else places >= 0
    )
    chosen = (places >= 0) & draft.choice.taken[places] if len(draft.choice.taken) else places >= 0
    leads = np.stack([draft.team.who[one.lead] for one in valued.plays], axis=1)[account, play]
    ids, names = draft.team.ids, [one.name for one in valued.plays]
    nothing = list(draft.thrown.nothing.items())
    accounts = [*account.tolist(), *(a for a, _ in nothing)]
    m = len(nothing)
    p = [
        float(draft.thrown.probability[o]) if d else None
        for o, d in zip(places, drawn, strict=True)
    ]
    columns: dict[str, list[Any]] = {
        "account_id": [seen.account_id[a] for a in accounts],
        "play": [*(names[j] for j in play.tolist()), *([NOTHING] * m)],
        "staff_id": [*(ids[i] if i >= 0 else None for i in leads.tolist()), *([None] * m)],
        "kept": [*valued.kept[account, play].tolist(), *([0.0] * m)],
        "cost": [*valued.cost[account, play].tolist(), *([0.0] * m)],
        "net": [*valued.net[account, play].tolist(), *([0.0] * m)],
        "chosen": [*chosen.tolist(), *([True] * m)],
        "coin": [*drawn.tolist(), *([True] * m)],
        "p_option": [*p, *(chance for _, chance in nothing)],
        "kept_out": [*kept_out, *([""] * m)],
        "by": [*by, *([None] * m)],
    }
    return pa.table([pa.array(columns[f.name], f.type) for f in OPTIONS], schema=OPTIONS)


def _kept_out(
    draft: Draft, account: Longs, play: Longs, places: Longs
) -> tuple[list[str], list[str | None]]:
    """Of each account × play, why it was not chosen, and who or what it was."""
    valued, offered = draft.worth, draft.offered
    n = len(account)
    why, by = np.full(n, "other_better", object), np.full(n, None, object)
    busy = np.zeros(draft.seen.n, bool)
    busy[offered.account[draft.choice.taken]] = True
    waiting = np.flatnonzero((places >= 0) & ~busy[account])
    limit = _tightest(draft)
    for i in waiting.tolist():
        why[i], by[i] = _limit_word(draft, int(limit[places[i]]))
    out = places >= 0
    out[out] = draft.thrown.out[places[out]]
    why[out], by[out] = "coin", None
    chosen = places >= 0
    chosen[chosen] = draft.choice.taken[places[chosen]]
    why[chosen], by[chosen] = "", None
    can = np.stack([able(one, draft.team) for one in valued.plays], axis=1)
    tired = can & ~np.stack(
        [has_time(one, draft.team, draft.limits) for one in valued.plays], axis=1
    )
    mine = (places < 0) & tired[account, play]
    leads = np.stack([draft.team.who[one.lead] for one in valued.plays], axis=1)[account, play]
    why[mine], by[mine] = "hours", np.array([*draft.team.ids, None], object)[leads[mine]]
    for words_of, mask in (("nobody", ~can), ("not_worth", ~valued.pays)):
        mine = (places < 0) & mask[account, play]
        why[mine], by[mine] = words_of, None
    for rule, mask in draft.kept_out.items():
        mine = mask[account, play]
        why[mine], by[mine] = _BY_RULE.get(rule, "restraint"), rule
    return why.tolist(), by.tolist()


def _tightest(draft: Draft) -> Longs:
    """Of each option, the limit whose price takes most of its worth; the first it uses where none has a price."""
    programme = draft.offered.programme
    paid = programme.amount * draft.choice.price[programme.limit]
    order = np.lexsort((programme.limit, -paid, programme.option))
    found = np.zeros(programme.n_options, np.int64)
    option, first = np.unique(programme.option[order], return_index=True)
    found[option] = programme.limit[order][first]
    return found


def _limit_word(draft: Draft, limit: int) -> tuple[str, str]:
    n = len(draft.team.people)
    if limit < 2 * n:
        return "hours", draft.team.ids[limit % n]
    if limit < 3 * n:
        return "things", draft.team.ids[limit - 2 * n]
    return "budget", POOLS[limit - 3 * n]


def limits_table(draft: Draft) -> pa.Table:
    """LIMITS: people by their code, then pools."""
    there, programme, team = draft.limits, draft.offered.programme, draft.team
    used = programme.uses @ draft.choice.taken.astype(float)
    price, n = draft.choice.price, len(team.people)
    rows: list[dict[str, Any]] = []
    for i, person in enumerate(team.people):
        rows.append(
            {
                "kind": "hours",
                "id": person.staff_id,
                "name": person.name,
                "there_is": float(there.week[i]),
                "under_way": float(there.week_under_way[i]),
                "planned": float(used[i]),
                "price": float(price[i]),
                "binds": bool(price[i] > 1e-9),
                "later": float(there.later[i]),
                "later_under_way": float(there.later_under_way[i]),
                "later_planned": float(used[n + i]),
                "things": round(float(used[2 * n + i])),
                "things_price": float(price[2 * n + i]),
            }
        )
    for k, pool in enumerate(POOLS):
        rows.append(
            {
                "kind": "money",
                "id": pool,
                "name": pool,
                "there_is": float(there.money[k]),
                "under_way": 0.0,
                "planned": float(used[3 * n + k]),
                "price": float(price[3 * n + k]),
                "binds": bool(price[3 * n + k] > 1e-9),
            }
        )
    return pa.Table.from_pylist(rows, LIMITS)
