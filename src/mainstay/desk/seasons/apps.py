from __future__ import annotations

from django.apps import AppConfig


class SeasonsConfig(AppConfig):
    name = "mainstay.desk.seasons"
    label = "seasons"

    def ready(self) -> None:
        from mainstay.desk.facts.derived import derive
        from mainstay.desk.seasons.following import follow

        derive(("season_plans", "confirmations"), follow)
