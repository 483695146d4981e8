"""Signals from what they announced: notices, and agreements that end without another (R7)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.queries import instances
from mainstay.causes.topics import about
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop

# An agreement's last quarter: who has not agreed on another by then is asking elsewhere.
LAST_DAYS = 91
RENEWED_WITHIN_DAYS = 31  # after the end: written down late


def _said(cause: str, weight: float, after_weeks: float = 52) -> Link:
    """What is said counts of a fall that began up to half a year later, or that long before."""
    return Link(cause, weight, delay_weeks=0, fade_weeks=26, before_weeks=after_weeks)


# Who buys less of us asks others for their prices, whatever the reason: later it says nothing.
ASKED_WEEKS = 8


@signal(
    "notice_given",
    rule="R7",
    direction="nobody",
    role="words",
    wording=gettext_noop("Notice given on {told_on}."),
    tables=("notices",),
    by="about",
    by_data={
        "rival_price": (
            _said("competitor.price", 0.6, ASKED_WEEKS),
            _said("money.price_rise", 0.15, ASKED_WEEKS),
        ),
        "price": (_said("competitor.price", 0.35), _said("money.price_rise", 0.35)),
        "product": (_said("product.quality", 0.4), _said("product.fit", 0.2)),
        "delivery": (_said("delivery.late", 0.4), _said("delivery.stock_out", 0.2)),
        "service": (
            _said("service.complaint_unsolved", 0.4),
            _said("service.service_slow", 0.3),
        ),
        "promise": (_said("money.promise_broken", 0.6),),
        "terms": (_said("money.harsh_terms", 0.5),),
        "people": (_said("people.manager_left", 0.3), _said("people.manager_changed", 0.3)),
    },
)
def notice_given(view: View) -> pa.Table:
    """Each notice, once for each reason that its words name; only the reasons speak for causes.

    Full strength of who will leave; 0.8 of who will buy less or whose contract ends; 0.6 of who is
    dissatisfied or asked a rival's price, which many do who stay.
    """
    return instances(
        view,
        f"""
        with told as (
            select account_id, "on" as since, kind,
                case kind when 'asked_rival_price' then ['rival_price'] else {about("text")} end
                    as reasons
            from notices
        )
        select account_id, since,
            case kind when 'will_leave' then 1.0
                when 'will_reduce' then 0.8 when 'contract_ends' then 0.8 else 0.6 end as strength,
            to_json([['notices', account_id, since::varchar, kind]])::varchar as rows,
            json_object('told_on', since, 'about', reason)::varchar as data
        from told, unnest(case len(reasons) when 0 then ['nothing'] else reasons end) as r(reason)
        """,
    )


_CHANGES = ("owner", "business", "chain", "closing")


def _changed(cause: str, weight: float) -> Link:
    """A change of theirs is told about when it comes, or some weeks later."""
    return Link(cause, weight, delay_weeks=4, fade_weeks=26, before_weeks=8)


@signal(
    "change_told",
    rule="R8",
    direction="nobody",
    role="context",
    wording=gettext_noop("They told us of a change on their side on {told_on}: “{text}”."),
    tables=("notices",),
    by="about",
    by_data={
        "owner": (_changed("own_business.new_owner", 0.9),),
        "business": (_changed("own_business.shrank", 0.9),),
        "chain": (_changed("own_business.chain_decision", 0.9),),
        "closing": (_changed("own_business.closed", 0.97),),
    },
)
def change_told(view: View) -> pa.Table:
    """Each notice whose words name what happened to the account itself: a new owner, business that
    shrinks, a decision of its head office, that it closes.

    Unlike a reason that somebody gives, this is a fact that may make purchases fall; always of full
    strength.
    """
    return instances(
        view,
        f"""
        select account_id, "on" as since, 1.0 as strength,
            to_json([['notices', account_id, "on"::varchar, kind]])::varchar as rows,
            json_object('told_on', "on", 'about', about, 'text', left(trim(text), 200))::varchar as data
        from notices, unnest({about("text", _CHANGES)}) as t(about)
        """,
    )


@signal(
    "contract_ending",
    rule="R7",
    direction="them",
    role="context",
    wording=gettext_noop("The agreement ends on {ends_on}, and there is no other after it."),
    tables=("agreements",),
    links=(
        Link("competitor.price", 0.2, delay_weeks=8, fade_weeks=13),
        Link("money.harsh_terms", 0.1, delay_weeks=8, fade_weeks=13),
    ),
)
def contract_ending(view: View) -> pa.Table:
    """The last quarter of an agreement of their own that nothing follows; it is when they compare.

    Half strength half a quarter before the end, full at the end and after it.
    """
    return instances(
        view,
        f"""
        with own as (
            select agreement_id, account_id, "from" as began, "to" as ends
            from agreements where account_id is not null and ("to" is null or "to" >= "from")
        )
        select o.account_id, greatest(o.began, o.ends - {LAST_DAYS}) as since,
            1.0 - greatest(0, o.ends - $as_of) / {LAST_DAYS}.0 as strength,
            to_json([['agreements', o.agreement_id]])::varchar as rows,
            json_object('ends_on', o.ends)::varchar as data
        from own o
        where o.ends <= $as_of + {LAST_DAYS} and not exists (
            select 1 from own n
            where n.account_id = o.account_id and n.agreement_id <> o.agreement_id
                and (n.ends is null or n.ends > o.ends)
                and n.began <= o.ends + {RENEWED_WITHIN_DAYS}
        )
        """,
    )
