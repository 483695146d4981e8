"""Writes about people: each one transaction with its row in the record of events."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from axes.utils import reset as forget_attempts
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from mainstay.core.errors import InvalidSetting, MainstayError, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk import hooks
from mainstay.desk.access.models import Event, Role, Token, User, fold_username
from mainstay.desk.access.queries import WRONG_CODE, sessions_of
from mainstay.desk.access.rights import SETTERS

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
    event = Event.objects.create(
        actor=actor,
        actor_name=name[:200],
        verb=verb,
        object_kind=object_kind,
        object_id=object_id,
        label=label,
        before=before,
        after=after,
    )
    hooks.tell(hooks.RECORDED, event)
    return event


def one_time_password() -> str:
    """60 bits in twelve letters: abcd-efgh-jkmn."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join(letters[i : i + 4] for i in range(0, 12, 4))


@dataclass(frozen=True)
class Person:
    """What is said of somebody who may sign in.

    staff_id: their code in the company's files
    email: the address by which a provider of single sign-on knows them
    """

    name: str
    role: str
    staff_id: str = ""
    email: str = ""


@transaction.atomic
def add_user(actor: User | None, username: str, person: Person) -> tuple[User, str]:
    """Add a person; returns them and the one-time password that they change at the first sign-in.

    Raises: InvalidSetting when the name or address is taken or can't be one, or the role unknown;
        NotAllowed
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
    password = one_time_password()
    user = User(username=username, must_change_password=True)
    _describe(user, person)
    user.set_password(password)
    user.save()
    record(actor, "user.add", about=user, after=_shown(user))
    return user, password


def sees_nothing(user: User) -> bool:
    """Whether somebody's role shows them their own accounts alone, and nothing says which these are."""
    return not user.sees_all_accounts and not user.staff_id


@transaction.atomic
def change_user(actor: User | None, user_id: int, person: Person, *, keep: str = "") -> User:
    """Change what a person is; the last administrator stays one.

    A new role ends their open sessions, a new address what ties them to a provider of single sign-on.
    keep: the key of a session that goes on: the actor's own, who may change themselves
    Raises: NotFound, InvalidSetting, NotAllowed
    """
    _only_administrators(actor)
    check_role(person.role)
    user = _locked(user_id)
    before = _shown(user)
    if person.role != Role.ADMINISTRATOR:
        _keep_one_administrator(user)
    _describe(user, person)
    user.save(update_fields=["name", "role", "staff_id", "email"])
    after = _shown(user)
    if before != after:
        record(actor, "user.change", about=user, before=before, after=after)
    if before["role"] != after["role"]:
        _end(sessions_of(user), keep)
    if before["email"] != after["email"]:
        SocialAccount.objects.filter(user=user).delete()
    return user


@transaction.atomic
def switch_user(actor: User | None, user_id: int, *, on: bool) -> User:
    """Let a person sign in or not; switched off, their open sessions end.

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
    if not on:
        _end(sessions_of(user))
    return user


@transaction.atomic
def reset_password(actor: User | None, user_id: int) -> tuple[User, str]:
    """Give a person a new one-time password; the old one, their sessions, tokens and a lock on them end.

    Raises: NotFound, NotAllowed
    """
    _only_administrators(actor)
    user = _locked(user_id)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    forget_attempts(username=user.username)
    _end(sessions_of(user))
    _end_tokens(actor, user)
    record(actor, "user.reset_password", about=user)
    return user, password


@transaction.atomic
def forget_second_factor(actor: User | None, user_id: int) -> User:
    """Take away a person's app, passkeys and recovery codes, and end their sessions and tokens: all are lost.

    Raises: NotFound, NotAllowed
    """
    _only_administrators(actor)
    user = _locked(user_id)
    gone = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    _end(sessions_of(user))
    _end_tokens(actor, user)
    record(actor, "user.forget_second_factor", about=user, before={"had": gone})
    return user


@transaction.atomic
def end_sessions(actor: User, user: User, *, only: int | None = None, keep: str = "") -> int:
    """End open sessions of oneself, or as an administrator of somebody; gives how many.

    only: one session's id; None = all
    keep: the key of a session that goes on
    Raises: NotAllowed
    """
    if actor.pk != user.pk:
        _only_administrators(actor)
    sessions = sessions_of(user)
    if only is not None:
        sessions = sessions.filter(pk=only)
    ended = _end(sessions, keep)
    if ended:
        record(actor, "session.end", about=user, after={"sessions": ended})
    return ended


def record_wrong_code(user: User) -> None:
    """Count a wrong code; call it while the user is locked, so that no two pass at once."""
    record(user, WRONG_CODE, about=user)


@transaction.atomic
def tie_identity(user: User, identity: str) -> None:
    """Write down that a provider of single sign-on answers for this person from now on."""
    record(user, "user.identity", about=user, after={"identity": identity})


@transaction.atomic
def set_own_password(user: User, password: str, *, keep: str = "") -> None:
    """What somebody does for themselves; their other sessions end.

    keep: the key of the session in which it is done
    Raises: django's ValidationError for a weak password
    """
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    _end(sessions_of(user), keep)
    record(user, "user.change_password", about=user)


@transaction.atomic
def set_language(user: User, language: str) -> None:
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])


@transaction.atomic
def first_administrator() -> tuple[User, str] | None:
    """Make `admin` while there is no administrator, also where others were added already.

    Returns: them with the one-time password; None where there is one, or the name is taken
    """
    if User.objects.filter(Q(role=Role.ADMINISTRATOR) | Q(username="admin")).exists():
        return None
    return add_user(None, "admin", Person("Administrator", str(Role.ADMINISTRATOR)))


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
        "email": user.email,
    }


def _describe(user: User, person: Person) -> None:
    check_role(person.role)
    user.name, user.role = person.name.strip() or user.username, person.role
    user.staff_id, user.email = person.staff_id.strip(), _address(user, person.email)


def _address(user: User, email: str) -> str:
    email = email.strip().lower()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidSetting(
            gettext_noop("“{email}” is no e-mail address; write it as name@company.com."),
            email=email,
        ) from None
    others = User.objects.exclude(pk=user.pk).filter(Q(email=email) | Q(username=email))
    if other := others.first():
        raise InvalidSetting(
            gettext_noop("“{email}” is the address of {name} already; each has their own."),
            email=email,
            name=other.username,
        )
    return email


def _end(sessions: QuerySet[UserSession], keep: str = "") -> int:
    """End sessions but for the one with that key; gives how many."""
    keys = [key for key in sessions.values_list("session_key", flat=True) if key != keep]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_token(actor: User | None, token: Token) -> None:
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(actor, "token.revoke", about=token, before=shown_token(token))


def shown_token(token: Token) -> dict[str, str]:
    return {
        "of": token.user.username,
        "scopes": token.scopes,
        "until": token.expires_at.isoformat(),
    }


def _end_tokens(actor: User | None, user: User) -> None:
    """Whoever had the password or the phone may have made tokens with it."""
    for token in Token.objects.select_for_update().filter(user=user, revoked_at=None):
        end_token(actor, token)


def _locked(user_id: int) -> User:
    try:
        return User.objects.select_for_update().get(pk=user_id)
    except User.DoesNotExist:
        raise NotFound(gettext_noop("This user is not there.")) from None


def _only_administrators(actor: User | None) -> None:
    # Without an actor it is the command line, whose user owns the files anyway.
    if actor is not None and not actor.is_administrator:
        raise NotAllowed(gettext_noop("Only administrators may do this."))


def only_setters(user: User) -> None:
    """Raises: NotAllowed for all but sales directors and administrators"""
    if user.role not in SETTERS:
        raise NotAllowed(gettext_noop("Only a sales director or an administrator may do this."))


def check_role(role: str) -> None:
    """Raises: InvalidSetting for a role that there is none of."""
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
