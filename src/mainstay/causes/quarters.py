"""Quarters that follow one another, as one time."""

from __future__ import annotations


def runs(flagged: str) -> str:
    """SQL of quarters that follow one another as one instance, as old as the first of them.

    flagged: SQL of account_id, quarter, strength and whatever else; the quarter that says most stands
        for the run, and its columns are given
    """
    return f"""
        select * exclude (run, first_quarter, last_quarter, place),
            ($as_of::date - 91 * (first_quarter + 1))::date as since,
            case when last_quarter > 0 then ($as_of::date - 91 * last_quarter)::date end as until
        from (
            select *, max(quarter) over one as first_quarter, min(quarter) over one as last_quarter,
                row_number() over (partition by account_id, run order by strength desc, quarter)
                    as place
            from (
                select *, quarter - row_number() over (partition by account_id order by quarter)
                    as run
                from ({flagged})
            )
            window one as (partition by account_id, run)
        ) where place = 1
    """
