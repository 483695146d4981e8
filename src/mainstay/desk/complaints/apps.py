from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "mainstay.desk.complaints"
    label = "complaints"

    def ready(self) -> None:
        from mainstay.desk.complaints import remaking
        from mainstay.desk.facts import followers

        followers.follow("complaints", remaking.remake)
        followers.follow("service_standards", remaking.standards_changed)
        followers.follow("staff", remaking.staff_changed)
        followers.follow("accounts", remaking.accounts_changed)
