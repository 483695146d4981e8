"""Access for programs: tokens, each of one person, with scopes and a last day.

    token, secret = make(actor, user, Wish("nightly import", ("read", "import"), days=365))
    person_of(secret)   # → the token, while it stands and its person may sign in

The secret is 32 random bytes, told once; only its digest is kept. So much chance needs no slow hash, and
it is found by an index: what the time of an answer could tell is the digest, from which nobody comes back
to a secret.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import Token, User
from mainstay.desk.access.queries import has_second_factor, needs_second_factor
from mainstay.desk.access.rights import IMPORTERS
from mainstay.desk.access.services import NotAllowed, end_token, record, shown_token

# By which programs that look for secrets in files know one of ours.
PREFIX = "mainstay_"
SECRET_BYTES = 32
LONGEST_DAYS = 3 * 366
LONGEST_NAME = 100
MOST = 100  # that stand, of one person
SEEN_SECONDS = 300

READ, WRITE, IMPORT, ADMIN = "read", "write", "import", "admin"
SCOPES = {
    READ: pgettext_lazy("scope", "read"),
    WRITE: pgettext_lazy("scope", "write down what people know"),
    IMPORT: pgettext_lazy("scope", "bring files, assess"),
    ADMIN: pgettext_lazy("scope", "people and the record of events"),
}


@dataclass(frozen=True)
class Wish:
    """What a token shall be.

    days: for how many it stands, from now
    """

    name: str
    scopes: Sequence[str]
    days: int


@transaction.atomic
def make(actor: User | None, user: User, wish: Wish) -> tuple[Token, str]:
    """Make a token for oneself; the command line (no actor) makes one for anybody.

    Gives the token and its secret, which nobody can be told again.
    Raises: InvalidSetting for a name, scope or number of days that can't be; NotAllowed
    """
    if actor is not None and actor.pk != user.pk:
        raise NotAllowed(gettext_noop("A token is made by the person whose it is."))
    scopes = _checked(user, wish)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    now = timezone.now()
    token = Token.objects.create(
        user=user,
        name=" ".join(wish.name.split()),
        scopes=" ".join(scopes),
        digest=_digest(secret),
        made_at=now,
        expires_at=now + timedelta(days=wish.days),
    )
    record(actor, "token.make", about=token, after=shown_token(token))
    return token, secret


@transaction.atomic
def revoke(actor: User | None, token_id: int) -> Token:
    """End a token now: one's own, or as an administrator anybody's.

    Raises: NotFound, also for one that is somebody else's
    """
    found = tokens_for(actor).select_for_update(of=("self",)).filter(pk=token_id).first()
    if found is None:
        raise NotFound(gettext_noop("This token is not there."))
    if found.revoked_at is None:
        end_token(actor, found)
    return found


def person_of(secret: str) -> Token | None:
    """The token of this secret with its `user`, while it stands; None for any other text.

    It stands until its last day or its end by hand, while its person may sign in, has the second factor
    that their role needs, and a password of their own: with a one-time password the pages open nothing either.
    """
    now = timezone.now()
    digest = _digest(secret)
    found = standing().select_related("user").filter(digest=digest).first()
    if found is None or not hmac.compare_digest(found.digest, digest):
        return None
    user = found.user
    if not user.is_active or user.must_change_password:
        return None
    if needs_second_factor(user) and not has_second_factor(user):
        return None
    long_ago = now - timedelta(seconds=SEEN_SECONDS)
    if found.last_used_at is None or found.last_used_at < long_ago:
        Token.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def standing() -> QuerySet[Token]:
    """The tokens that are neither revoked nor past their last day."""
    return Token.objects.filter(revoked_at=None, expires_at__gt=timezone.now())


def tokens_for(reader: User | None) -> QuerySet[Token]:
    """The tokens that somebody may see and end: their own; administrators and the command line all."""
    tokens = Token.objects.select_related("user")
    if reader is None or reader.is_administrator:
        return tokens
    return tokens.filter(user=reader)


def scopes_for(user: User) -> list[str]:
    """The scopes that are of any use to somebody in this role."""
    fits = {IMPORT: user.role in IMPORTERS, ADMIN: user.is_administrator}
    return [scope for scope in SCOPES if fits.get(scope, True)]


def _checked(user: User, wish: Wish) -> list[str]:
    """The scopes in their order. Raises: InvalidSetting"""
    if not wish.name.strip() or len(wish.name) > LONGEST_NAME or not wish.name.isprintable():
        raise InvalidSetting(
            gettext_noop("Give the token a name of at most {most} letters: the program's."),
            most=LONGEST_NAME,
        )
    if unknown := [scope for scope in wish.scopes if scope not in SCOPES]:
        raise InvalidSetting(
            gettext_noop("There is no scope “{scope}”; the scopes are {scopes}."),
            scope=unknown[0][:40],
            scopes=", ".join(SCOPES),
        )
    if not wish.scopes:
        raise InvalidSetting(gettext_noop("Choose what the token may do."))
    if useless := [scope for scope in wish.scopes if scope not in scopes_for(user)]:
        raise InvalidSetting(
            gettext_noop("{name}'s role may not use the scope “{scope}”; leave it out."),
            name=user.name or user.username,
            scope=useless[0],
        )
    if not 1 <= wish.days <= LONGEST_DAYS:
        raise InvalidSetting(
            gettext_noop("A token stands for 1 to {most} days; choose a number between."),
            most=LONGEST_DAYS,
        )
    if standing().filter(user=user).count() >= MOST:
        raise InvalidSetting(
            gettext_noop("{name} has {most} tokens already; revoke those that nobody uses."),
            name=user.name or user.username,
            most=MOST,
        )
    return [scope for scope in SCOPES if scope in wish.scopes]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
