"""What the measures of value say in words: the balance, where a dealer needs help, the card."""

from __future__ import annotations

import pyarrow as pa

from mainstay.core.texts import gettext_noop
from mainstay.standing.card import CARD
from mainstay.standing.known import Known
from mainstay.standing.value.criteria import LEAST_PRICED

LEAST_PEERS = 10
BEHIND_SHARE, LEAST_CRITERIA = 0.2, 3  # less of so many than a competitor meets is clearly below
DEARER_SHARE, LEAST_PRODUCTS = 0.05, 3  # more than others pay, over so many products
FALL_SHARE = 0.03  # of their price that they earn less
SLOW = 0.7  # of the turn that others have, or they had
GRACE_DAYS = 7  # a promise kept so soon after its day is kept
PAID_SHARE = 0.95  # of what was promised; less is a part
SETTLED_DAYS = 60  # after a period's end, its rebate has been promised where rebates ever are

MET = gettext_noop(
    "Of what they buy by, we meet {ours_share} and {competitor} {theirs_share}: {criteria} criteria."
)
MET_ALONE = gettext_noop(
    "Of what they buy by, we meet {ours_share} and a competitor {theirs_share}: {criteria} criteria."
)
MET_BEST = gettext_noop(
    "Of what they buy by, we meet {ours_share}; taking the best of {rivals} competitors for each of the "
    "{criteria} criteria, they meet {theirs_share}."
)
BALANCE = gettext_noop(
    "Ahead in {ahead} of the seven heads, even in {even}, behind in {behind}; of {unknown} nothing is known."
)
EARNS = gettext_noop("It earns {earned_share} of its resale price on our goods.")
DEARER = gettext_noop(
    "It pays {over_share} more for the same {products} products than accounts of its size."
)
CHEAPER = gettext_noop(
    "It pays {under_share} less for the same {products} products than accounts of its size."
)
REMAINS = gettext_noop(
    "{remains_money} remain of {sales_money} a year after what serving it costs; what they get beside a "
    "competitor is not known."
)
RIVAL_PRICE = gettext_noop(
    "A competitor's prices seen there are {under_share} below ours ({priced} prices)."
)
EARNS_LESS = gettext_noop(
    "It earns {earned_share} of its resale price on our goods, and earned {before_share} half a year "
    "before: look at its prices and ours together."
)
SLOW_PEERS = gettext_noop(
    "Its stock of our goods turns over {turn} times a year, where others' turns {peers_turn} times: help "
    "it to sell, or agree on less stock."
)
SLOW_OWN = gettext_noop(
    "Its stock of our goods turns over {turn} times a year, and did {before_turn} times half a year "
    "before: help it to sell, or agree on less stock."
)
PAY = gettext_noop(
    "Pay the rebate that was promised: {owed_money} are open, the oldest of the period that ended on "
    "{ended_on}."
)
NOT_PROMISED = gettext_noop(
    "See whether a rebate was forgotten: {owed_money} of the period that ended on {ended_on} were accrued, "
    "and never promised."
)
PRICES = gettext_noop(
    "Explain its prices or mend them: {over_share} more than accounts of its size pay."
)
NEXT_STEP = gettext_noop(
    "Tell them: {missing_money} more by {last_on} reaches the next step of their rebate, worth "
    "{gain_money} to them."
)
NEVER = gettext_noop(
    "Serving it cost more than it brought, two years running: agree on fewer visits, larger orders or "
    "other terms."
)
ASK = gettext_noop("Ask what they buy by, and whether a competitor meets it.")
# By head, where a competitor is ahead.
AHEAD: dict[str, str] = {
    "product": gettext_noop("A competitor is ahead in the product: ask what is missing in ours."),
    "service": gettext_noop("A competitor is ahead in service: agree on what they need of ours."),
    "people": gettext_noop(
        "A competitor is ahead in people: see who of ours should look after them."
    ),
    "image": gettext_noop("A competitor is ahead in reputation: show what ours is built on."),
    "money": gettext_noop(
        "A competitor is ahead in money: show what they earn with us before talking of prices."
    ),
    "time": gettext_noop("A competitor is faster: agree on delivery times that we keep."),
    "effort": gettext_noop("A competitor is easier to buy from: take away what costs them effort."),
    "other": gettext_noop(
        "A competitor is ahead in what they buy by: see which of it we can meet."
    ),
}


def _text(template: str, **columns: str) -> str:
    """SQL: a text as JSON, its places filled from columns."""
    data = ", ".join(f"'{name}', {column}" for name, column in columns.items())
    quoted = template.replace("'", "''")
    return f"json_object('template', '{quoted}', 'data', json_object({data}))"


_OURS = _text(
    MET,
    ours_share="ours",
    theirs_share="theirs",
    competitor="rivals[1]",
    criteria="criteria",
)
_OURS_ALONE = _text(MET_ALONE, ours_share="ours", theirs_share="theirs", criteria="criteria")
_OURS_BEST = _text(
    MET_BEST, ours_share="ours", theirs_share="theirs", rivals="len(rivals)", criteria="criteria"
)
# A rival is named only where all criteria were assessed against that one.
_MEETS = f"""case when len(rivals) = 1 and named = criteria then {_OURS}
    when len(rivals) > 1 then {_OURS_BEST} else {_OURS_ALONE} end"""
_BALANCE = _text(BALANCE, ahead="ahead", even="even", behind="behind", unknown="7 - known_heads")
_EARNS = _text(EARNS, earned_share="earned_share")
_DEARER = _text(DEARER, over_share="paid_ratio - 1", products="products")
_CHEAPER = _text(CHEAPER, under_share="1 - paid_ratio", products="products")
_RIVAL = _text(RIVAL_PRICE, under_share="1 - price_ratio", priced="priced")
_REMAINS = _text(REMAINS, remains_money="remains", sales_money="sales")
_EARNS_LESS = _text(EARNS_LESS, earned_share="earned_share", before_share="earned_before")
_SLOW_PEERS = _text(SLOW_PEERS, turn="round(turn, 1)", peers_turn="round(peers_turn, 1)")
_SLOW_OWN = _text(SLOW_OWN, turn="round(turn, 1)", before_turn="round(turn_before, 1)")
_PAY = _text(PAY, owed_money="unpaid", ended_on="unpaid_of::varchar")
_NOT_PROMISED = _text(NOT_PROMISED, owed_money="forgotten", ended_on="forgotten_of::varchar")
_PRICES = _text(PRICES, over_share="paid_ratio - 1")
_NEXT = _text(NEXT_STEP, missing_money="missing", last_on="near_on::varchar", gain_money="gain")
_AHEAD = " ".join(f"when '{head}' then {_text(text)}" for head, text in AHEAD.items())

_WIDE = f"""
    with headed as (
        select account_id, sum(criteria) filter (criteria > 0)::int as criteria,
            sum(ours * weight) filter (criteria > 0) / nullif(sum(weight), 0) as ours,
            sum(theirs * weight) filter (criteria > 0) / nullif(sum(weight), 0) as theirs,
            sum(ours_before * weight) filter (ours_before is not null)
                / nullif(sum(weight) filter (ours_before is not null), 0) as ours_before,
            count(*) filter (verdict = 'ours' and head <> 'other') as ahead,
            count(*) filter (verdict in ('even', 'neither') and head <> 'other') as even,
            count(*) filter (verdict = 'theirs' and head <> 'other') as behind,
            count(*) filter (verdict <> 'unknown' and head <> 'other') as known_heads,
            arg_max(head, weight + if(head = 'money', 0, 0.001)) filter (verdict = 'theirs') as worst,
            list_distinct(flatten(list(rivals))) as rivals, sum(named)::int as named,
            max(price_ratio) as price_ratio, max(priced) as priced
        from heads group by account_id
    ),
    resold as (
        select d.account_id, j.size_class, d.earned_share, d.turn, b.earned_share as earned_before,
            b.turn as turn_before
        from dealers d join judged j using (account_id)
            left join dealers b on b.account_id = d.account_id and b.half = 1
        where d.half = 0
    ),
    usual_turn as (
        select size_class, median(turn) as peers_turn from resold where turn is not null
        group by size_class having count(*) >= {LEAST_PEERS}
    ),
    rebated as (
        select account_id,
            sum(promised - paid_so_far) filter (late) as unpaid,
            min(last_on) filter (late) as unpaid_of,
            arg_max(owed, last_on) filter (silent) as forgotten,
            max(last_on) filter (silent) as forgotten_of,
            arg_max(missing, gain) filter (near) as missing, max(gain) filter (near) as gain,
            arg_max(last_on, gain) filter (near) as near_on
        from (
            select *, coalesce(paid, 0) as paid_so_far,
                promised > 0 and coalesce(paid, 0) < {PAID_SHARE} * promised
                    and $as_of::date - due_on > {GRACE_DAYS} as late,
                ended and owed > 0 and promised is null and $as_of::date - last_on > {SETTLED_DAYS}
                    and count(promised) over (partition by account_id) > 0 as silent
            from accrued where part > 0
        ) group by account_id
    ),
    wide as (
        select m.account_id, m.size_class, m.sales, m.remains, m.never, h.* exclude (account_id),
            r.* exclude (account_id, size_class), u.peers_turn, p.paid_ratio, p.products,
            b.* exclude (account_id),
            coalesce(b.unpaid > 0, false) as owes,
            coalesce(h.criteria >= {LEAST_CRITERIA} and h.theirs >= h.ours + {BEHIND_SHARE}, false) as clearly,
            coalesce(r.earned_before - r.earned_share >= {FALL_SHARE}, false) as earns_less,
            coalesce(r.turn < {SLOW} * u.peers_turn, false) as slow_peers,
            coalesce(r.turn < {SLOW} * r.turn_before, false) as slow_own,
            coalesce(p.paid_ratio >= 1 + {DEARER_SHARE} and p.products >= {LEAST_PRODUCTS}, false)
                as dearer
        from margins m left join headed h using (account_id) left join resold r using (account_id)
            left join usual_turn u on u.size_class = m.size_class
            left join prices p using (account_id) left join rebated b using (account_id)
    )
"""
_TABLES = ("heads", "dealers", "prices", "margins", "accrued")


def words(known: Known, tables: dict[str, pa.Table]) -> pa.Table:
    """Of each account of which something is told: account_id, balance and help (JSON lists of texts).

    tables: heads, dealers, prices, margins, accrued
    """
    return known.sql(
        f"""
        {_WIDE},
        told as (
            select account_id, list_filter([
                    case when criteria > 0 then {_BALANCE} end,
                    case when criteria > 0 then {_MEETS} end,
                    case when priced >= {LEAST_PRICED} and price_ratio < 1 then {_RIVAL} end,
                    case when products >= {LEAST_PRODUCTS} and paid_ratio >= 1.005 then {_DEARER}
                        when products >= {LEAST_PRODUCTS} and paid_ratio <= 0.995 then {_CHEAPER} end
                ], lambda x: x is not null) as balance,
                list_filter([
                    case when earns_less then {_EARNS_LESS} end,
                    case when slow_peers then {_SLOW_PEERS} when slow_own then {_SLOW_OWN} end
                ], lambda x: x is not null) as help
            from wide
        )
        select account_id, to_json(balance)::varchar as balance, to_json(help)::varchar as help
        from told where len(balance) > 0 or len(help) > 0
        """,
        **{name: tables[name] for name in _TABLES},
    )


def card(known: Known, tables: dict[str, pa.Table]) -> pa.Table:
    """The card's rows: the share of what they buy by that we meet, beside what is to be mended first.

    The standing is good only where criteria or their own earnings tell; what we alone know of them (our
    prices, our margin) is no value of theirs.
    """
    rows = known.sql(
        f"""
        {_WIDE},
        met as (
            select size_class, median(ours) as peers from wide where ours is not null
            group by size_class having count(*) >= {LEAST_PEERS}
        ),
        stood as (
            select w.*, met.peers, case when owes or clearly then 'poor'
                when behind > 0 or worst is not null or theirs > ours or earns_less or slow_peers
                    or slow_own or dearer or forgotten is not null then 'watch'
                when criteria > 0 or earned_share is not null then 'good' else 'unknown' end as standing,
                case when owes then 0.8 when clearly then 0.7 when worst is not null then 0.5
                    when earns_less then 0.4 when dearer then 0.3 when slow_peers or slow_own then 0.3
                    when forgotten is not null then 0.25
                    when gain is not null then 0.2 when never then 0.1
                    else 0.0 end as urgent,
                percent_rank() over (order by sales) as place
            from wide w left join met using (size_class)
        )
        select account_id, 'value' as guarantee, standing, ours as measure, 'share' as unit,
            false as less, ours_before as before, peers, null::double as promised,
            if(urgent > 0, urgent + 0.1 * place, 0.0) as urgency,
            case when criteria > 0 then {_MEETS}
                when earned_share is not null then {_EARNS}
                when dearer then {_DEARER} else {_REMAINS} end::varchar as told,
            case when owes then {_PAY}
                when worst is not null then case worst {_AHEAD} end
                when earns_less then {_EARNS_LESS}
                when dearer then {_PRICES}
                when slow_peers then {_SLOW_PEERS} when slow_own then {_SLOW_OWN}
                when forgotten is not null then {_NOT_PROMISED}
                when gain is not null then {_NEXT}
                when never then {_text(NEVER)}
                when standing = 'unknown' then {_text(ASK)} end::varchar as mend
        from stood
        """,
        **{name: tables[name] for name in _TABLES},
    )
    return rows.select(CARD.names).cast(CARD)
