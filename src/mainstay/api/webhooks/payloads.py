"""What endpoints are told, as JSON: ids, states and days; no names, no money, no words of people."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse

from mainstay.api.webhooks.models import Delivery, Happening
from mainstay.desk.digests import queries as digests

VERSION = 1


def body(delivery: Delivery, happenings: list[Happening]) -> bytes:
    """One delivery; the same bytes at each try, as long as nobody's rights change."""
    base = digests.post().public_url
    whole = {
        "type": "events",
        "version": VERSION,
        "timestamp": _moment(delivery.made_at),
        "data": {"events": [event(one, base) for one in happenings]},
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def event(one: Happening, base: str) -> dict[str, Any]:
    """base: the desk's public address; without one, addresses of pages begin at its root"""
    return {
        # With its time: after a restore from a backup the same number may be given again.
        "id": f"evt_{round(one.at.timestamp() * 1000)}_{one.pk}",
        "sequence": one.pk,
        "type": one.kind,
        "at": _moment(one.at),
        "as_of": one.as_of.isoformat(),
        "account_id": one.account_id,
        "url": base + path(one),
        "data": _data(one),
    }


def path(one: Happening) -> str:
    """The page that shows it."""
    return one.path or (
        reverse("accounts:account", args=[one.account_id]) if one.account_id else "/"
    )


def _data(one: Happening) -> dict[str, Any]:
    match one.kind.partition(".")[0]:
        case "account":
            return {"before": one.before, "after": one.after, "assessment_id": one.subject}
        case "case":
            return {"case_id": one.subject, **(one.data or {})}
        case "promise":
            return {"promise_id": one.subject, **(one.data or {})}
        case "import":
            return {"import_id": one.subject, **(one.data or {})}
    return dict(one.data or {})


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
