from __future__ import annotations

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "mainstay.desk.care"
    label = "care"

    def ready(self) -> None:
        from mainstay.desk.care.notices import follow_notices
        from mainstay.desk.care.rhythm import follow_visits
        from mainstay.desk.facts.derived import derive

        derive(("visits",), follow_visits)
        derive(("notices",), follow_notices)
