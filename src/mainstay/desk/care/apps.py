from __future__ import annotations

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "mainstay.desk.care"
    label = "care"

    def ready(self) -> None:
        from mainstay.desk.care.notices import follow_notices
        from mainstay.desk.care.rhythm import follow_visits
        from mainstay.desk.facts.followers import follow_accounts

        follow_accounts("visits", follow_visits)
        follow_accounts("notices", follow_notices)
