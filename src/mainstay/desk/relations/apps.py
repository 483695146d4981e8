"""Who is who at an account, who of ours knows them, and how the relationship stands."""

from __future__ import annotations

from django.apps import AppConfig


class RelationsConfig(AppConfig):
    name = "mainstay.desk.relations"
    label = "relations"

    def ready(self) -> None:
        from mainstay.desk.facts.derived import derive, derive_through
        from mainstay.desk.facts.followed import NOW_AT
        from mainstay.desk.relations.identities import now_at
        from mainstay.desk.relations.remaking import (
            accounts_of_staff,
            accounts_of_ties,
            remake,
        )

        derive(("contacts", "ties", "relationship_levels", "staff"), remake)
        derive_through("staff", accounts_of_staff)
        derive_through("ties", accounts_of_ties)
        NOW_AT["contacts"] = now_at
