"""Words for what endpoints are told, and for what became of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

KINDS: dict[str, Any] = {
    "account.state_changed": gettext_lazy("The state of an account changed"),
    "notice.given": gettext_lazy("An account told us that it may leave"),
    "notice.withdrawn": gettext_lazy("Such a notice was taken back"),
    "case.opened": gettext_lazy("A case was opened"),
    "case.closed": gettext_lazy("A case was closed"),
    "promise.overdue": gettext_lazy("A promise is overdue"),
    "import.done": gettext_lazy("An import is done"),
}
TEST = "webhook.test"
STATES: dict[str, Any] = {
    "waiting": pgettext_lazy("webhook", "Waiting"),
    "sending": pgettext_lazy("webhook", "Being sent"),
    "sent": pgettext_lazy("webhook", "Taken"),
    "dead": pgettext_lazy("webhook", "Given up"),
    "dropped": pgettext_lazy("webhook", "Not sent"),
}
SHOWS: dict[str, Any] = {
    "": pgettext_lazy("webhooks", "All"),
    "dead": pgettext_lazy("webhooks", "Given up"),
    "open": pgettext_lazy("webhooks", "Waiting"),
}
