"""Reads about endpoints and deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from mainstay.api.webhooks import words
from mainstay.api.webhooks.models import UNDER_WAY, Delivery, Endpoint, Happening, State
from mainstay.api.webhooks.posting import MOST
from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.accounts import words as account_words
from mainstay.desk.paging import Numbered

PAGE = 25


def endpoints() -> list[Endpoint]:
    return list(Endpoint.objects.select_related("scope"))


def endpoint(pk: int) -> Endpoint | None:
    return Endpoint.objects.select_related("scope").filter(pk=pk).first()


def known(pk: int) -> Endpoint:
    """Raises: NotFound"""
    found = endpoint(pk)
    if found is None:
        raise NotFound(gettext_noop("There is no endpoint {id}."), id=str(pk))
    return found


@dataclass(frozen=True)
class Shown:
    """A delivery as pages show it.

    about: what happened, by kind and how often, and the accounts of a small one
    """

    delivery: Delivery
    about: list[tuple[str, int]]
    accounts: list[str]

    @property
    def state(self) -> str:
        return str(words.STATES[self.delivery.state])

    @property
    def why(self) -> str:
        return account_words.sentence(self.delivery.trouble) if self.delivery.trouble else ""

    @property
    def skew_minutes(self) -> int:
        """By how many minutes the receiver's clock is ahead, where that is so many that it matters."""
        seconds = self.delivery.skew_seconds or 0
        return 0 if abs(seconds) < SKEW_SECONDS else round(seconds / 60)


SKEW_SECONDS = 120
MOST_ACCOUNTS = 3


@dataclass(frozen=True)
class Deliveries(Numbered):
    """A page of deliveries, the newest first."""

    rows: list[Shown]
    number: int
    further: bool


def deliveries(show: str, number: int, endpoint_id: int | None = None) -> Deliveries:
    """show: a code of words.SHOWS"""
    found = Delivery.objects.select_related("endpoint").order_by("-id")
    if endpoint_id is not None:
        found = found.filter(endpoint_id=endpoint_id)
    if show:
        found = found.filter(state__in=UNDER_WAY if show == "open" else [State.DEAD])
    start = (number - 1) * PAGE
    rows = list(found[start : start + PAGE + 1])
    return Deliveries(_with_happenings(rows[:PAGE]), number, len(rows) > PAGE)


def _with_happenings(rows: list[Delivery]) -> list[Shown]:
    """What they tell of, looked up together."""
    wanted = {pk for one in rows for pk in one.happenings[:MOST]}
    known: Mapping[int, Any] = {
        pk: (kind, account)
        for pk, kind, account in Happening.objects.filter(pk__in=wanted).values_list(
            "pk", "kind", "account_id"
        )
    }
    return [_shown(one, [known[pk] for pk in one.happenings if pk in known]) for one in rows]


def _shown(one: Delivery, told: list[tuple[str, str | None]]) -> Shown:
    kinds = [kind for kind, _account in told]
    about = [(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)]
    accounts = list(dict.fromkeys(account for _kind, account in told if account))
    return Shown(one, about, accounts if len(accounts) <= MOST_ACCOUNTS else [])


def counts(endpoint_id: int | None = None) -> dict[str, int]:
    """How many deliveries there are, by codes of words.SHOWS."""
    found = Delivery.objects.all()
    if endpoint_id is not None:
        found = found.filter(endpoint_id=endpoint_id)
    return found.aggregate(
        all=Count("id"),
        dead=Count("id", filter=Q(state=State.DEAD)),
        open=Count("id", filter=Q(state__in=UNDER_WAY)),
    )


def n_stopped() -> int:
    """Endpoints that were switched off by themselves, for the navigation."""
    return Endpoint.objects.filter(stopped__isnull=False).count()
