"""Sign-ins, sign-outs and changes of a second factor go into the record: the one place where the desk listens to signals."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from mainstay.desk.access.models import User
from mainstay.desk.access.services import record


@receiver(user_logged_in)
def _signed_in(user: User, **kwargs: Any) -> None:
    record(user, "sign_in", about=user)


@receiver(user_logged_out)
def _signed_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record(user, "sign_out", about=user)


@receiver(authenticator_added)
def _factor_added(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    record(user, "mfa.add", about=user, after={"factor": authenticator.type})


@receiver(authenticator_removed)
def _factor_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    record(user, "mfa.remove", about=user, before={"factor": authenticator.type})


@receiver(authenticator_reset)
def _codes_made(user: User, **kwargs: Any) -> None:
    record(user, "mfa.codes", about=user)


@receiver(user_login_failed)
def _refused(credentials: dict[str, Any], **kwargs: Any) -> None:
    record(None, "sign_in.refused", actor_name=str(credentials.get("username") or "?"))


@receiver(user_locked_out)
def _locked_out(username: str | None = None, ip_address: str | None = None, **kwargs: Any) -> None:
    record(None, "sign_in.locked_out", actor_name=username or "?", after={"address": ip_address})
