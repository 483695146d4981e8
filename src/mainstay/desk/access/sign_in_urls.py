"""Addresses of signing in: password, second factor, single sign-on, open sessions.

allauth looks most of them up by name, so they stand outside of this application's own names.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from mainstay.desk.access import second_factor, sessions, single_sign_on, token_pages
from mainstay.desk.oidc import PROVIDER

_company = {"provider_id": PROVIDER}
_factor = [
    path("", mfa.index, name="mfa_index"),
    path("ask/", mfa.authenticate, name="mfa_authenticate"),
    path("confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/qr.svg", second_factor.qr_code, name="qr_code"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path(
        "passkeys/sign-in/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"
    ),
    path("passkeys/confirm/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/name/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
]
urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/second-factor/", include(_factor)),
    path("accounts/sessions/", sessions.sessions, name="sessions"),
    path("accounts/sessions/end-others/", sessions.end_others, name="end_other_sessions"),
    path("accounts/sessions/<int:session_id>/end/", sessions.end, name="end_session"),
    path("accounts/tokens/", token_pages.own, name="tokens"),
    path("accounts/tokens/made/", token_pages.made, name="token_made"),
    path("accounts/tokens/<int:token_id>/revoke/", token_pages.revoke, name="revoke_token"),
    path("accounts/sso/", single_sign_on.login, _company, name="openid_connect_login"),
    path("accounts/sso/back/", single_sign_on.callback, _company, name="openid_connect_callback"),
]
