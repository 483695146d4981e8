"""Signals from who knows whom, and how close we are: contacts, ties, levels, criteria (R20 to R22)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.queries import instances
from mainstay.causes.topics import about
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop

NAME_LENGTH = 80
ENOUGH_TIES = 3  # and more than two thirds of them are most, as in the desk's findings
OTHERS_HAVE = 2  # contacts that accounts usually have, before one alone says anything
USUAL_WEIGHT = 0.7  # of a criterion that nobody has weighed

# A person is there until the day on which they left, as far as that has come.
_THERE = """
    there as (
        select contact_id, account_id, name, power, attitude, "from" as came_on, recorded_at
        from contacts where left_on is null or left_on >= $as_of
    )
"""


@signal(
    "contact_left",
    rule="R21",
    direction="them",
    role="context",
    wording=gettext_noop("{name}, our contact there, left on {left_on}."),
    tables=("contacts",),
    links=(Link("own_business.new_owner", 0.5, delay_weeks=8, fade_weeks=26),),
)
def contact_left(view: View) -> pa.Table:
    """Somebody left there who decides, or has influence; whoever was against us does not count.

    Full strength of who decides, half of who has influence; half of that where another who decides
    was there already and is still.
    """
    return instances(
        view,
        f"""
        with {_THERE},
        gone as (
            select *, left(coalesce(nullif(name, ''), contact_id), {NAME_LENGTH}) as shown
            from contacts
            where left_on < $as_of and power in ('decides', 'influences')
                and ("from" is null or "from" <= left_on) and coalesce(attitude, 0) >= 0
        ),
        deciders as (
            select account_id, min(coalesce(came_on, recorded_at::date)) as first_on
            from there where power = 'decides' group by account_id
        )
        select g.account_id, g.left_on as since,
            case g.power when 'decides' then 1.0 else 0.5 end
                * case when d.first_on < g.left_on then 0.5 else 1.0 end as strength,
            to_json([['contacts', g.contact_id]])::varchar as rows,
            json_object('name', g.shown, 'left_on', g.left_on)::varchar as data
        from gone g left join deciders d using (account_id)
        """,
    )


@signal(
    "single_contact",
    rule="R21",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop("{name} is the only person whom we know there."),
    tables=("contacts",),
    links=(
        Link("own_business.new_owner", 0.08, delay_weeks=8, fade_weeks=52),
        Link("drift.no_contact", 0.08, delay_weeks=8, fade_weeks=52),
    ),
)
def single_contact(view: View) -> pa.Table:
    """A single person on record there, where accounts of its tier usually have two and more.

    Weak context: it makes it worse when that person goes. Full strength for tier A, 0.7 for B, 0.4 for C.
    """
    return instances(
        view,
        f"""
        with {_THERE},
        counted as (
            select account_id, count(*) as n, min(contact_id) as contact_id, min(came_on) as came_on,
                any_value(left(coalesce(nullif(name, ''), contact_id), {NAME_LENGTH})) as name
            from there group by account_id
        ),
        alone as (
            select account_id, max(left_on) as since
            from contacts where left_on < $as_of group by account_id
        ),
        tiered as (
            select c.*, j.tier, median(c.n) over (partition by j.tier) as usual
            from counted c join judged j using (account_id)
        )
        select t.account_id,
            greatest($begin, a.since, t.came_on) as since,
            case t.tier when 'A' then 1.0 when 'B' then 0.7 else 0.4 end as strength,
            to_json([['contacts', t.contact_id]])::varchar as rows, json_object('name', t.name)::varchar as data
        from tiered t left join alone a using (account_id)
        where t.n = 1 and t.usual >= {OTHERS_HAVE}
        """,
    )


@signal(
    "ties_on_one",
    rule="R21",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop("{ties} of the {of} people whom we know there are known to {name} alone."),
    tables=("ties", "contacts"),
    links=(
        Link("people.manager_left", 0.08, delay_weeks=8, fade_weeks=52),
        Link("drift.no_contact", 0.05, delay_weeks=8, fade_weeks=52),
    ),
)
def ties_on_one(view: View) -> pa.Table:
    """Most of three people and more whom we know there are known to one of ours alone, as the desk says it.

    Weak context: it makes it worse when that one goes. Half strength for most of them, full for all.
    """
    return instances(
        view,
        f"""
        with {_THERE},
        living as (
            select c.account_id, t.contact_id, t.staff_id, t.since
            from ties t join there c using (contact_id) left join staff s using (staff_id)
            where coalesce(t.strength, 1) >= 1 and (s.left_on is null or s.left_on >= $as_of)
                and (t.since is null or t.since < $as_of)
        ),
        known as (
            select account_id, contact_id, count(distinct staff_id) as n, min(staff_id) as staff_id,
                min(since) as since
            from living group by all
        ),
        sums as (select account_id, count(*) as people from known group by account_id),
        alone as (
            select account_id, staff_id, count(*) as ties, min(since) as since,
                min(contact_id) as one
            from known where n = 1 group by all
        )
        select a.account_id, greatest($begin, a.since) as since,
            case when a.ties = s.people then 1.0 else 0.5 end as strength,
            to_json([['ties', a.one, a.staff_id]])::varchar as rows,
            json_object('ties', a.ties, 'of', s.people,
                'name', left(coalesce(nullif(o.name, ''), a.staff_id), {NAME_LENGTH}))::varchar as data
        from alone a join sums s using (account_id) left join staff o on o.staff_id = a.staff_id
        where s.people >= {ENOUGH_TIES} and 3 * a.ties > 2 * s.people
        """,
    )


@signal(
    "level_fell",
    rule="R20",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop("The relationship fell from level {before} to level {now} on {fell_on}."),
    tables=("relationship_levels",),
    links=(
        Link("drift.no_contact", 0.25, delay_weeks=4, fade_weeks=20),
        Link("courtesy.discourtesy", 0.2, delay_weeks=4, fade_weeks=20),
        Link("competitor.service", 0.1, delay_weeks=4, fade_weeks=20),
    ),
)
def level_fell(view: View) -> pa.Table:
    """The relationship was put down a level, of 3 strategic, 2 service and 1 price, until put up again.

    Half strength for one level, full for two.
    """
    return instances(
        view,
        """
        with steps as (
            select account_id, "on", level, lag(level) over by_day as before,
                lag("on") over by_day as before_on
            from relationship_levels
            window by_day as (partition by account_id order by "on")
        ),
        fell as (select * from steps where level < before)
        select f.account_id, f."on" as since, min(up."on") as until,
            (f.before - f.level) / 2.0 as strength,
            to_json([['relationship_levels', f.account_id, f."on"::varchar],
                ['relationship_levels', f.account_id, f.before_on::varchar]])::varchar as rows,
            json_object('before', f.before, 'now', f.level, 'fell_on', f."on")::varchar as data
        from fell f left join relationship_levels up
            on up.account_id = f.account_id and up."on" > f."on" and up.level >= f.before
        group by f.account_id, f."on", f.before, f.level, f.before_on
        """,
    )


def _alarm(cause: str, weight: float) -> Link:
    return Link(cause, weight, delay_weeks=4, fade_weeks=26)


@signal(
    "criterion_in_alarm",
    rule="R22",
    lasting=True,
    direction="them",
    role="context",
    wording=gettext_noop("{competitor} meets what they buy by and we do not: {criterion}."),
    tables=("criteria",),
    by="about",
    by_data={
        "price": (_alarm("competitor.price", 0.6), _alarm("money.price_rise", 0.15)),
        "product": (
            _alarm("competitor.product", 0.5),
            _alarm("product.quality", 0.2),
            _alarm("product.fit", 0.2),
        ),
        "delivery": (_alarm("delivery.late", 0.3), _alarm("competitor.service", 0.3)),
        "service": (_alarm("competitor.service", 0.5), _alarm("service.service_slow", 0.3)),
        "terms": (_alarm("money.harsh_terms", 0.4), _alarm("competitor.price", 0.2)),
        "nothing": (_alarm("competitor.product", 0.15), _alarm("competitor.service", 0.1)),
    },
)
def criterion_in_alarm(view: View) -> pa.Table:
    """A criterion that a competitor meets and we do not, from that assessment until another says otherwise.

    What it speaks for is told from its words. Full strength for the account's weightiest criterion,
    less in proportion; 0.7 where it has no weight.
    """
    topics = about("criterion", ("price", "delivery", "service", "product", "terms"))
    return instances(
        view,
        f"""
        with told as (
            select *, not we_meet and competitor_meets as alarm,
                concat(lower(trim(criterion)), chr(31), lower(trim(coalesce(competitor, '')))) as thing,
                max(weight) over (partition by account_id) as most
            from criteria
        ),
        steps as (
            select *, coalesce(lag(alarm) over by_day, false) as before,
                sum((not alarm)::int) over (partition by account_id, thing order by assessed_on) as run
            from told window by_day as (partition by account_id, thing order by assessed_on)
        ),
        calmed as (
            select account_id, thing, run, min(assessed_on) as until
            from steps where not alarm group by all
        )
        select s.account_id, s.assessed_on as since, c.until,
            coalesce(s.weight / nullif(s.most, 0), {USUAL_WEIGHT}) as strength,
            to_json([['criteria', s.account_id, s.criterion, coalesce(s.competitor, ''),
                s.assessed_on::varchar]])::varchar as rows,
            json_object('criterion', left(s.criterion, {NAME_LENGTH}),
                'competitor', left(nullif(s.competitor, ''), {NAME_LENGTH}),
                'about', coalesce({topics}[1], 'nothing'))::varchar as data
        from steps s left join calmed c
            on c.account_id = s.account_id and c.thing = s.thing and c.run = s.run + 1
        where s.alarm and not s.before
        """,
    )
