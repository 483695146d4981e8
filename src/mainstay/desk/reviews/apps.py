from __future__ import annotations

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "mainstay.desk.reviews"
    label = "reviews"

    def ready(self) -> None:
        from mainstay.desk.facts.rights import ROW_RULES
        from mainstay.desk.reviews.rights import may_make

        ROW_RULES["reviews"] = may_make
