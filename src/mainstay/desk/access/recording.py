"""Sign-ins and sign-outs go into the record: the one place where the desk listens to signals."""

from __future__ import annotations

from typing import Any

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


@receiver(user_login_failed)
def _refused(credentials: dict[str, Any], **kwargs: Any) -> None:
    record(None, "sign_in.refused", actor_name=str(credentials.get("username") or "?"))


@receiver(user_locked_out)
def _locked_out(username: str | None = None, ip_address: str | None = None, **kwargs: Any) -> None:
    record(None, "sign_in.locked_out", actor_name=username or "?", after={"address": ip_address})
