from __future__ import annotations

from django.apps import AppConfig


class WinBackConfig(AppConfig):
    name = "mainstay.desk.winback"
    label = "winback"

    def ready(self) -> None:
        from mainstay.desk.facts.derived import derive
        from mainstay.desk.winback.publishing import follow_dates

        derive(("win_backs",), follow_dates)
