"""Tokens of programs: whose they are, how long they stand, and that no secret is kept."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mainstay.core.errors import MainstayError
from mainstay.desk.access import services, tokens
from mainstay.desk.access.models import Event, Token

READING = tokens.Wish("reports", ("read",), days=30)


def test_a_token_stands_for_its_person_until_revoked(people: dict[str, Any]) -> None:
    minsu = people["minsu"]
    token, secret = tokens.make(minsu, minsu, READING)
    found = tokens.person_of(secret)
    assert found == token
    assert found.user == minsu
    assert (found.may("read"), found.may("write")) == (True, False)
    assert Token.objects.get().last_used_at is not None
    assert tokens.person_of(secret + "x") is None
    assert tokens.person_of("") is None
    tokens.revoke(minsu, token.pk)
    assert tokens.person_of(secret) is None
    verbs = list(Event.objects.filter(verb__startswith="token.").values_list("verb", flat=True))
    assert verbs == ["token.revoke", "token.make"]


def test_the_secret_is_kept_nowhere(people: dict[str, Any]) -> None:
    _, secret = tokens.make(None, people["minsu"], READING)
    kept = [*Token.objects.values(), *Event.objects.values()]
    assert secret not in json.dumps(kept, default=str)
    assert secret.removeprefix(tokens.PREFIX) not in json.dumps(kept, default=str)


def test_it_ends_by_itself_and_with_its_person(people: dict[str, Any]) -> None:
    minsu = people["minsu"]
    token, secret = tokens.make(minsu, minsu, READING)
    services.switch_user(None, minsu.pk, on=False)
    assert tokens.person_of(secret) is None
    services.switch_user(None, minsu.pk, on=True)
    assert tokens.person_of(secret) == token
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tokens.person_of(secret) is None


def test_where_the_role_needs_a_second_factor_its_tokens_do(
    people: dict[str, Any], settings: Any
) -> None:
    _, secret = tokens.make(None, people["minsu"], READING)
    settings.MFA_ROLES = frozenset({people["minsu"].role})
    assert tokens.person_of(secret) is None


def test_only_administrators_end_anothers(people: dict[str, Any]) -> None:
    token, secret = tokens.make(None, people["minsu"], READING)
    with pytest.raises(MainstayError):
        tokens.revoke(people["wei"], token.pk)
    assert tokens.person_of(secret)
    tokens.revoke(people["ada"], token.pk)
    assert tokens.person_of(secret) is None
    with pytest.raises(services.NotAllowed):
        tokens.make(people["ada"], people["minsu"], READING)


@pytest.mark.parametrize(
    "wish",
    [
        tokens.Wish(" ", ("read",), 30),
        tokens.Wish("x" * 101, ("read",), 30),
        tokens.Wish("reports", (), 30),
        tokens.Wish("reports", ("rule",), 30),
        tokens.Wish("reports", ("import",), 30),
        tokens.Wish("reports", ("admin",), 30),
        tokens.Wish("reports", ("read",), 0),
        tokens.Wish("reports", ("read",), 10**9),
    ],
)
def test_what_a_token_cant_be(people: dict[str, Any], wish: tokens.Wish) -> None:
    with pytest.raises(MainstayError):
        tokens.make(people["minsu"], people["minsu"], wish)
    assert not Token.objects.exists()


@pytest.mark.parametrize("end", [services.reset_password, services.forget_second_factor])
def test_who_is_let_in_anew_makes_tokens_anew(people: dict[str, Any], end: Any) -> None:
    _, secret = tokens.make(None, people["minsu"], READING)
    _, anothers = tokens.make(None, people["wei"], READING)
    end(people["ada"], people["minsu"].pk)
    people["minsu"].refresh_from_db()
    services.set_own_password(people["minsu"], "a password of one's own")
    assert tokens.person_of(secret) is None
    assert tokens.person_of(anothers)
    assert Event.objects.filter(verb="token.revoke", actor=people["ada"]).count() == 1


def test_with_a_one_time_password_tokens_open_nothing(people: dict[str, Any]) -> None:
    user, _ = services.add_user(None, "night", services.Person("Night", "analyst"))
    _, secret = tokens.make(None, user, READING)
    assert tokens.person_of(secret) is None
    services.set_own_password(user, "a password of one's own")
    assert tokens.person_of(secret)
