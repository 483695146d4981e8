from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class WebhooksConfig(AppConfig):
    name = "mainstay.api.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from mainstay.api.webhooks import addresses, outbox
        from mainstay.desk import hooks

        addresses.within(settings.WEBHOOKS_PRIVATE)  # what is misspelt would be refused in silence
        hooks.listen(hooks.RECORDED, outbox.follow_event)
        hooks.listen(hooks.PUBLISHED, outbox.follow_states)
