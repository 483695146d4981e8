"""Which messengers there are, what an address of one may be, and sending a text to it.

Addresses are those of apprise, or what the messenger itself shows as its webhook. Only services named here
are reached, only at their maker's host or at one that an administrator named, and with no option of
apprise's that reads files, calls elsewhere or skips certificates.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import pgettext_lazy

from mainstay.core.errors import MainstayError
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk.digests import bots

LONGEST_ADDRESS = 1_000
MOST_TARGETS = 5  # of one address
HINT = 4  # letters of an address that are shown
PAUSE_SECONDS = 1.0  # between two parts of one message
SECONDS = 10.0  # for an answer


class BadAddress(MainstayError):
    """What was given as the address of a messenger can't be one, or may not be used here."""

    code = "bad_address"


class NotDelivered(MainstayError):
    """A message that was not taken."""

    code = "not_delivered"

    @classmethod
    def of(cls, text: Text) -> NotDelivered:
        return cls(text.template, **text.data)


@dataclass(frozen=True)
class Service:
    """One messenger.

    schemas: as apprise calls it; the first is kept
    longest: letters of one message, or bytes of it where `in_bytes`
    markdown: whether links need to be written as such
    host: what the maker's host looks like, where the address names one; own: one's own server
    query: options of the address that are needed
    """

    name: Any
    schemas: tuple[str, ...]
    longest: int
    in_bytes: bool = False
    markdown: bool = False
    host: str = ""
    own: bool = False
    query: frozenset[str] = frozenset()


_TEAMS = r"[\w.-]+\.(logic\.azure\.com|logic\.azure\.cn|api\.powerplatform\.com)"
SERVICES: dict[str, Service] = {
    "wecom": Service(
        pgettext_lazy("messenger", "WeCom (group robot)"), ("wecombot",), 2_048, in_bytes=True
    ),
    "wecom_app": Service(
        pgettext_lazy("messenger", "WeCom (app)"), ("wechat",), 2_048, in_bytes=True
    ),
    "dingtalk": Service(
        pgettext_lazy("messenger", "DingTalk"), ("dingtalk",), 18_000, in_bytes=True
    ),
    "feishu": Service(pgettext_lazy("messenger", "Feishu"), ("feishu",), 18_000, in_bytes=True),
    "lark": Service(pgettext_lazy("messenger", "Lark"), ("lark",), 18_000, in_bytes=True),
    "line": Service(pgettext_lazy("messenger", "LINE"), ("line",), 4_900),
    "teams": Service(
        pgettext_lazy("messenger", "Microsoft Teams (Workflows)"),
        ("workflows", "workflow"),
        10_000,
        markdown=True,
        host=_TEAMS,
        query=frozenset({"api-version", "ver", "sp", "sv", "sig", "pa", "powerautomate"}),
    ),
    "slack": Service(pgettext_lazy("messenger", "Slack"), ("slack",), 2_900),
    "google_chat": Service(
        pgettext_lazy("messenger", "Google Chat"),
        ("gchat",),
        3_900,
        markdown=True,
        query=frozenset({"key", "token"}),
    ),
    "webex": Service(
        pgettext_lazy("messenger", "Webex"), ("wxteams", "webex"), 7_000, markdown=True
    ),
    "mattermost": Service(
        pgettext_lazy("messenger", "Mattermost (own server)"), ("mmosts", "mmost"), 3_900, own=True
    ),
}
_PLAIN = frozenset({"mmost"})  # without TLS: for servers that an administrator named as such


@dataclass(frozen=True)
class Address:
    """An address that was looked at: of which service, and what apprise makes of it."""

    service: str
    parts: dict[str, Any]

    @property
    def hint(self) -> str:
        """Its last letters: enough to tell two apart, too few to write there."""
        return "…" + re.sub(r"\W", "", _secret(self.parts))[-HINT:]


def own_servers(text: str) -> frozenset[str]:
    """What an administrator wrote: a host a line, with its port where it has one; http:// = without TLS.

    Raises: BadAddress, naming the line
    """
    found = set()
    for line in text.lower().split():
        plain = line.startswith("http://")
        host = line.removeprefix("https://").removeprefix("http://").rstrip("/")
        if not re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?", host):
            raise BadAddress(
                gettext_noop(
                    "“{line}” is no host: write each on a line of its own, like chat.company.com."
                ),
                line=line[:100],
            )
        found.add(f"http://{host}" if plain else host)
    return frozenset(found)


def read(url: str, *, allowed: Collection[str], servers: frozenset[str]) -> Address:
    """Look at an address that somebody gave.

    allowed: codes of the services that may be used; servers: see `own_servers`
    Raises: BadAddress
    """
    url = url.strip()
    if len(url) > LONGEST_ADDRESS or not url.isprintable() or " " in url:
        raise BadAddress(_NO_ADDRESS)
    parts = bots.known(url) or _parsed(url)
    schema = str(parts.get("schema", ""))
    if bots.is_bot(schema) and not bots.known(url):
        raise BadAddress(_NO_ADDRESS)
    service = next((code for code, one in SERVICES.items() if schema in one.schemas), "")
    if not service:
        raise BadAddress(_NO_ADDRESS)
    if service not in allowed:
        raise BadAddress(
            gettext_noop("{service} is not switched on here; ask an administrator."),
            service=str(SERVICES[service].name),
        )
    found = Address(service, _checked(SERVICES[service], schema, parts))
    _check_host(SERVICES[service], schema, parts, servers)
    if not bots.is_bot(schema) and _plugin(found) is None:
        raise BadAddress(_NO_ADDRESS)
    return found


_NO_ADDRESS = gettext_noop(
    "This is no address of a messenger that can be used here. Copy the webhook's address as the "
    "messenger shows it, or write it as apprise does, e.g. slack://… or line://…"
)


@lru_cache
def _apprise() -> Any:
    """The library, with all its modules read; one of them uses what Python 3.13 has no more, and says so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.plugins.url_to_dict("line://token/user", secure_logging=True)
    return apprise


def _parsed(url: str) -> dict[str, Any]:
    return dict(_apprise().plugins.url_to_dict(url, secure_logging=True) or {})


def _checked(service: Service, schema: str, parts: dict[str, Any]) -> dict[str, Any]:
    """Without what stands for nothing; with no option that this service does not need."""
    given = {name for kind in ("qsd", "qsd+", "qsd-", "qsd:") for name in parts.get(kind) or {}}
    if strange := sorted(given - service.query):
        raise BadAddress(
            gettext_noop("Leave “{option}” out of the address: options can't be used here."),
            option=strange[0][:40],
        )
    if len(parts.get("targets") or []) > MOST_TARGETS:
        raise BadAddress(
            gettext_noop("One address reaches at most {most} people or rooms."), most=MOST_TARGETS
        )
    return {**parts, "schema": schema}


def _check_host(
    service: Service, schema: str, parts: dict[str, Any], servers: frozenset[str]
) -> None:
    host, port = str(parts.get("host") or "").lower(), parts.get("port")
    if service.host and (not re.fullmatch(service.host, host) or port not in (None, 443)):
        raise BadAddress(
            gettext_noop("“{host}” is no host of {service}."),
            host=host[:100],
            service=str(service.name),
        )
    if service.own:
        named = f"{host}:{port}" if port else host
        if (f"http://{named}" if schema in _PLAIN else named) not in servers:
            raise BadAddress(
                gettext_noop(
                    "“{host}” is not among the servers that an administrator allows; ask them to "
                    "name it."
                ),
                host=named[:100],
            )


def _secret(parts: Mapping[str, Any]) -> str:
    return "".join(
        str(parts.get(name) or "") for name in ("user", "password", "host", "fullpath", "token")
    ) + str((parts.get("qsd") or {}).get("sig") or (parts.get("qsd") or {}).get("token") or "")


def send(address: Address, parts: list[str], *, pause: Callable[[float], None]) -> None:
    """Send the parts of a message, one after the other; nothing more after one that was refused.

    Raises: NotDelivered
    """
    post = _by_bot if bots.is_bot(address.parts["schema"]) else _by_apprise
    take = post(address)
    for n, part in enumerate(parts):
        if n:
            pause(PAUSE_SECONDS)
        take(part)


def _by_bot(address: Address) -> Callable[[str], None]:
    def take(part: str) -> None:
        if refused := bots.post(address.parts, part, seconds=SECONDS):
            raise NotDelivered.of(refused)

    return take


def _by_apprise(address: Address) -> Callable[[str], None]:
    plugin = _plugin(address)
    if plugin is None:
        raise NotDelivered(_NO_ADDRESS)
    service = SERVICES[address.service]
    formats = _apprise().NotifyFormat
    kind = formats.MARKDOWN if service.markdown else formats.TEXT

    def take(part: str) -> None:
        with _heard() as said:
            done = plugin.notify(body=part, title="", body_format=kind)
        if not done:
            status = re.search(r"error=(\d{3})", " ".join(said))
            raise NotDelivered.of(bots.why(int(status[1]) if status else None))

    return take


def _plugin(address: Address) -> Any:
    """Apprise's own object; None where it can make nothing of the address."""
    apprise, service = _apprise(), SERVICES[address.service]
    asset = apprise.AppriseAsset(
        app_id="Mainstay",
        app_desc="Mainstay",
        app_url="",
        async_mode=False,
        storage_mode="memory",
        allow_templates=False,
        http_redirects=False,
        secure_logging=True,
    )
    options = {
        **address.parts,
        "redirect": "no",
        "overflow": "split",
        "format": "markdown" if service.markdown else "text",
        "asset": asset,
    }
    plugin = apprise.Apprise.instantiate(options, asset=asset, suppress_exceptions=True)
    if plugin is None:
        return None
    if plugin.body_maxlen < service.longest:  # what it splits at is less than the messenger takes
        plugin.body_maxlen = service.longest
    plugin.request_rate_per_sec = 0
    plugin.socket_connect_timeout = plugin.socket_read_timeout = SECONDS
    return plugin


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What apprise says of a message that was not taken; its log goes nowhere else (settings.LOGGING)."""
    log, kept = logging.getLogger("apprise"), _Kept()
    log.addHandler(kept)
    try:
        yield kept.said
    finally:
        log.removeHandler(kept)
