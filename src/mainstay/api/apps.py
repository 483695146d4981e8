from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "mainstay.api"
    label = "api"

    def ready(self) -> None:
        from mainstay.api.forgetting import forget_erased
        from mainstay.desk import hooks

        hooks.listen(hooks.RECORDED, forget_erased)
