"""Whom an agreement is with."""

from __future__ import annotations

# SQL of agreements with each account that they hold for: its own, and those of its whole segment. Two
# joins, each on one column: an “or” between them would compare every agreement with every account.
AGREED = """
    select a.*, j.account_id as holder, j.size_class, j.amount_52, j.order_days_52
    from agreements a join judged j on a.account_id = j.account_id
    union all
    select a.*, j.account_id as holder, j.size_class, j.amount_52, j.order_days_52
    from agreements a join judged j on a.segment = j.segment where a.account_id is null
"""
