"""Every address of the desk."""

from __future__ import annotations

from importlib.util import find_spec

from allauth.account import views as sign_in
from django.urls import include, path

from mainstay.desk import errors
from mainstay.desk.access.views import language

urlpatterns = [
    path("accounts/login/", sign_in.login, name="account_login"),
    path("accounts/logout/", sign_in.logout, name="account_logout"),
    path("accounts/password/change/", sign_in.password_change, name="account_change_password"),
    path("people/", include("mainstay.desk.access.urls")),
    path("language/", language, name="set_language"),
]

for part, prefix in (("accounts", ""), ("imports", "imports/")):
    if find_spec(f"mainstay.desk.{part}") and find_spec(f"mainstay.desk.{part}.urls"):
        urlpatterns.append(path(prefix, include(f"mainstay.desk.{part}.urls")))

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
