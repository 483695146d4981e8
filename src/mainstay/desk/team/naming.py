"""How people of ours are called where they stand beside each other: a name that several have says whose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat

from mainstay.desk.team.models import Staff


def told_apart(rows: Iterable[tuple[str, str, str | None]]) -> dict[str, str]:
    """By code: the name, and where several have it also their role and their code.

    rows: code, name, role
    """
    people = list(rows)
    shared = Counter(name for _code, name, _role in people)
    return {
        code: name if shared[name] == 1 else f"{name} ({', '.join(p for p in (role, code) if p)})"
        for code, name, role in people
    }


def with_label(rows: QuerySet[Staff]) -> QuerySet[Any]:
    """Rows with `label`: as `told_apart` has it, among all of ours."""
    same = Staff.objects.order_by().values("name").annotate(n=Count("id")).filter(n__gt=1)
    name, code = Cast(F("name"), TextField()), Cast(F("staff_id"), TextField())
    roleless = Q(role__isnull=True) | Q(role="")
    text = {"output_field": TextField()}
    shared = Q(name__in=same.values("name"))
    return rows.annotate(
        label=Case(
            When(shared & roleless, then=Concat(name, Value(" ("), code, Value(")"), **text)),
            When(
                shared,
                then=Concat(
                    name,
                    Value(" ("),
                    Cast(F("role"), TextField()),
                    Value(", "),
                    code,
                    Value(")"),
                    **text,
                ),
            ),
            default=name,
            **text,
        )
    )
