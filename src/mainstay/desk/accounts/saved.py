"""Saved views: a list with its filters and order, under a name of its user's own."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from mainstay.desk.access.services import record
from mainstay.desk.accounts.models import SavedView


def views_of(user: Any) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user=user)


@transaction.atomic
def save_view(user: Any, *, name: str, query: str) -> SavedView:
    """Keep the list under a name; the same name again replaces it."""
    view, made = SavedView.objects.update_or_create(user=user, name=name, defaults={"query": query})
    record(user, "view.save" if made else "view.change", about=view, after={"query": query})
    return view


@transaction.atomic
def remove_view(user: Any, view_id: int) -> bool:
    """Remove one of the user's own views; False where there is none."""
    view = views_of(user).filter(pk=view_id).first()
    if view is None:
        return False
    record(user, "view.remove", about=view, before={"query": view.query})
    view.delete()
    return True
