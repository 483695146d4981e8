"""Addresses of the pages about accounts."""

from __future__ import annotations

from django.urls import path, register_converter

from mainstay.desk.accounts import answering, views
from mainstay.desk.accounts.addresses import AccountPart
from mainstay.desk.portfolio.views import portfolio

register_converter(AccountPart, "account")
app_name = "accounts"

urlpatterns = [
    path("", views.week, name="week"),
    path("accounts/", views.accounts, name="list"),
    path("accounts/download.<str:kind>", views.download, name="download"),
    path("find/", views.find, name="find"),
    path("views/", views.save_view, name="save_view"),
    path("views/<int:view_id>/remove/", views.remove_view, name="remove_view"),
    # Not below accounts/: an account may be called “login”.
    path("account/<account:account_id>/", views.account, name="account"),
    path("account/<account:account_id>/answer/", answering.answer, name="answer"),
    path("account/<account:account_id>/same/", answering.same, name="same"),
    path("account/<account:account_id>/lines/", views.lines, name="lines"),
    path(
        "account/<account:account_id>/lines/download.<str:kind>",
        views.download_lines,
        name="download_lines",
    ),
    path("portfolio/", portfolio, name="portfolio"),
    path("look/", views.look, name="look"),
]
