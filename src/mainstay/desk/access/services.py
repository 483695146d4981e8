"""Writes about people: each one transaction with its row in the record of events."""

from __future__ import annotations

import secrets
from typing import Any

from axes.utils import reset as forget_attempts
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext_lazy

from mainstay.core.errors import InvalidSetting, MainstayError, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import Event, Role, User, fold_username

# Without characters that are easily mistaken for one another, since these words are read out and typed in.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

NO_STAFF_CODE = gettext_lazy(
    "Somebody in this role without a staff code sees no accounts; set the code under People."
)


class NotAllowed(MainstayError):
    """Somebody asked for what their role may not do."""

    code = "not_allowed"


def record(
    actor: User | None,
    verb: str,
    *,
    about: Any = None,
    object_kind: str = "",
    object_id: str = "",
    label: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    actor_name: str = "",
) -> Event:
    """Write one row into the record; call it in the transaction of the change, once per bulk action.

    about: a model instance, from which object_kind, object_id and label are taken where not given
    """
    if about is not None:
        object_kind = object_kind or about._meta.model_name
        object_id = object_id or str(about.pk)
        label = label or str(about)
    name = str(actor) if actor is not None else (actor_name or "mainstay")
    return Event.objects.create(
        actor=actor,
        actor_name=name[:200],
        verb=verb,
        object_kind=object_kind,
        object_id=object_id,
        label=label,
        before=before,
        after=after,
    )


def one_time_password() -> str:
    """60 bits in twelve letters: abcd-efgh-jkmn."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join(letters[i : i + 4] for i in range(0, 12, 4))


@transaction.atomic
def add_user(
    actor: User | None, *, username: str, name: str, role: str, staff_id: str = ""
) -> tuple[User, str]:
    """Add a person; returns them and the one-time password that they change at the first sign-in.

    Raises: InvalidSetting when the name is taken, empty, or the role unknown; NotAllowed
    """
    _only_administrators(actor)
    username = fold_username(username)
    if not username or any(c.isspace() for c in username):
        raise InvalidSetting(
            gettext_noop(
                "A sign-in name has at least one letter and no spaces; choose another one."
            )
        )
    if User.objects.filter(username=username).exists():
        raise InvalidSetting(
            gettext_noop("There is already a user “{username}”; choose another name."),
            username=username,
        )
    _check_role(role)
    password = one_time_password()
    user = User(
        username=username,
        name=name.strip() or username,
        role=role,
        staff_id=staff_id.strip(),
        must_change_password=True,
    )
    user.set_password(password)
    user.save()
    record(actor, "user.add", about=user, after=_shown(user))
    return user, password


def sees_nothing(user: User) -> bool:
    """Whether somebody's role shows them their own accounts alone, and nothing says which these are."""
    return not user.sees_all_accounts and not user.staff_id


@transaction.atomic
def change_user(actor: User, user_id: int, *, name: str, role: str, staff_id: str) -> User:
    """Change what a person is; the last administrator stays one.

    Raises: NotFound, InvalidSetting, NotAllowed
    """
    _only_administrators(actor)
    user = _locked(user_id)
    _check_role(role)
    before = _shown(user)
    if role != Role.ADMINISTRATOR:
        _keep_one_administrator(user)
    user.name, user.role, user.staff_id = name.strip() or user.username, role, staff_id.strip()
    user.save(update_fields=["name", "role", "staff_id"])
    if before != _shown(user):
        record(actor, "user.change", about=user, before=before, after=_shown(user))
    return user


@transaction.atomic
def switch_user(actor: User, user_id: int, *, on: bool) -> User:
    """Let a person sign in or not; their open sessions end with the next request.

    Raises: NotFound, InvalidSetting for the last administrator, NotAllowed
    """
    _only_administrators(actor)
    user = _locked(user_id)
    if not on:
        _keep_one_administrator(user)
    if user.is_active != on:
        user.is_active = on
        user.save(update_fields=["is_active"])
        record(actor, "user.switch_on" if on else "user.switch_off", about=user)
    return user


@transaction.atomic
def reset_password(actor: User | None, user_id: int) -> tuple[User, str]:
    """Give a person a new one-time password; the old one, their sessions and a lock on them end.

    Raises: NotFound, NotAllowed
    """
    _only_administrators(actor)
    user = _locked(user_id)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    forget_attempts(username=user.username)
    record(actor, "user.reset_password", about=user)
    return user, password


@transaction.atomic
def set_own_password(user: User, password: str) -> None:
    """What somebody does for themselves. Raises django's ValidationError for a weak password."""
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(user, "user.change_password", about=user)


@transaction.atomic
def set_language(user: User, language: str) -> None:
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])


@transaction.atomic
def first_administrator() -> tuple[User, str] | None:
    """Make `admin` when there is nobody yet; returns them with the one-time password, else None."""
    if User.objects.exists():
        return None
    return add_user(None, username="admin", name="Administrator", role=Role.ADMINISTRATOR)


def waiting_administrator() -> User | None:
    """The first administrator, while nobody has ever signed in as them."""
    return User.objects.filter(
        username="admin", role=Role.ADMINISTRATOR, is_active=True, last_login=None
    ).first()


def user_named(username: str) -> User:
    """Raises: NotFound"""
    try:
        return User.objects.get(username=fold_username(username))
    except User.DoesNotExist:
        raise NotFound(gettext_noop("There is no user “{username}”."), username=username) from None


def _shown(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "name": user.name,
        "role": user.role,
        "staff_id": user.staff_id,
    }


def _locked(user_id: int) -> User:
    try:
        return User.objects.select_for_update().get(pk=user_id)
    except User.DoesNotExist:
        raise NotFound(gettext_noop("This user is not there.")) from None


def _only_administrators(actor: User | None) -> None:
    # Without an actor it is the command line, whose user owns the files anyway.
    if actor is not None and not actor.is_administrator:
        raise NotAllowed(gettext_noop("Only administrators may do this."))


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise InvalidSetting(
            gettext_noop("There is no role “{role}”; the roles are {roles}."),
            role=role,
            roles=", ".join(Role.values),
        )


def _keep_one_administrator(user: User) -> None:
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    if user.is_administrator and user.is_active and not others.exists():
        raise InvalidSetting(
            gettext_noop("This is the last administrator; make somebody else one first.")
        )
