from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mainstay.desk.accounts"
    label = "accounts"
