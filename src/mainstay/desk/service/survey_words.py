"""What somebody of an account is asked once a complaint is solved, and the five answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

QUESTIONS: dict[str, Any] = {
    "was_solved": gettext_lazy("Is your problem solved?"),
    "was_quick": gettext_lazy("Was it solved quickly enough?"),
    "was_treated_well": gettext_lazy("Were you treated well?"),
    "would_stay": gettext_lazy("After this, would you buy from us again and recommend us?"),
}
ANSWERS: dict[int, Any] = {
    5: pgettext_lazy("opinion", "Yes, entirely"),
    4: pgettext_lazy("opinion", "Mostly"),
    3: pgettext_lazy("opinion", "Partly"),
    2: pgettext_lazy("opinion", "Hardly"),
    1: pgettext_lazy("opinion", "No, not at all"),
}
TEXT = gettext_lazy("What else should we know? In your own words.")
