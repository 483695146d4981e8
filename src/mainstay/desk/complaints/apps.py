from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "mainstay.desk.complaints"
    label = "complaints"

    def ready(self) -> None:
        from mainstay.desk.complaints import remaking, services
        from mainstay.desk.facts.derived import derive

        derive(("complaints", "accounts"), remaking.remake)
        derive(("service_standards",), services.rules_changed)
        derive(("staff",), remaking.staff_changed)
