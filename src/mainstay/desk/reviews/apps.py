from __future__ import annotations

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "mainstay.desk.reviews"
    label = "reviews"

    def ready(self) -> None:
        from mainstay.desk.facts.rights import (
            FROZEN,
            HELD,
            MAY_BE_HELD,
            NOT_ASKED,
            ROW_RULES,
        )
        from mainstay.desk.reviews.rights import (
            frozen,
            held_from,
            may_be_held_from,
            may_make,
            not_asked,
        )

        ROW_RULES["reviews"] = may_make
        NOT_ASKED["reviews"] = not_asked
        FROZEN["reviews"] = frozen
        HELD["reviews"] = held_from
        MAY_BE_HELD["reviews"] = may_be_held_from
