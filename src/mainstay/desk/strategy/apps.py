from __future__ import annotations

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "mainstay.desk.strategy"
    label = "strategy"
