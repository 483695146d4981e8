from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "mainstay.desk.complaints"
    label = "complaints"

    def ready(self) -> None:
        from mainstay.desk.complaints import remaking
        from mainstay.desk.facts.derived import derive

        derive(("complaints", "accounts", "service_standards"), remaking.remake)
        derive(("staff",), remaking.staff_changed)
