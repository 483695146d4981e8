from __future__ import annotations

from django.apps import AppConfig


class GuaranteesConfig(AppConfig):
    name = "mainstay.desk.guarantees"
    label = "guarantees"
