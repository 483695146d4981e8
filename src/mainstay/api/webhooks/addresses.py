"""What may be the address of an endpoint, and where it may lead.

A desk stands inside a company's network, and whoever enters an address must not make it knock at doors
there. So a name is resolved once, all that it leads to must be public or allowed by whoever runs the desk
(MAINSTAY_WEBHOOKS_PRIVATE), and the request goes to just that address (`wire`).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from mainstay.core.errors import InvalidSetting, MainstayError
from mainstay.core.texts import gettext_noop

IP = IPv4Address | IPv6Address
LONGEST = 1_000
HINT = 4  # letters of the path that are shown
PORTS = {"http": 80, "https": 443}
# Addresses that stand for one of IPv4 on the way through a translator (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_.])?|[0-9a-f:.]*:[0-9a-f:.]*")


class BadAddress(MainstayError):
    """What was given as an address can't be one, or leads where nothing may be sent."""

    code = "bad_address"


@dataclass(frozen=True)
class Target:
    """An address that was looked at; path: with what follows its question mark."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """Host and port, as they stand in the header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """As much as may be shown: what follows the host is often a secret."""
        hint = re.sub(r"\W", "", self.path)[-HINT:]
        return f"{self.scheme}://{self.place}/" + (f"…{hint}" if hint else "")


@dataclass(frozen=True)
class Within:
    """What inside the company may be reached.

    everything: all private addresses and this machine's own; never link-local ones, where clouds answer
        who asks for their keys
    """

    everything: bool
    networks: tuple[IPv4Network | IPv6Network, ...]
    hosts: frozenset[str]

    def allows(self, host: str, ip: IP) -> bool:
        """Whether a request may go to this address, which the host's name led to."""
        real = _real(ip)
        if _is_public(real) or host in self.hosts or any(real in net for net in self.networks):
            return True
        return self.everything and not real.is_link_local and _is_somebody(real)


def within(words: Iterable[str]) -> Within:
    """What whoever runs the desk allows: `1`, networks like 10.1.0.0/16, addresses, names of hosts.

    Raises: InvalidSetting, naming the word
    """
    everything, networks, hosts = False, [], set()
    for word in words:
        if word == "1":
            everything = True
        elif (network := _network(word)) is not None:
            networks.append(network)
        elif re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", word.lower()) and not word.isdigit():
            hosts.add(word.lower())
        else:
            raise InvalidSetting(
                gettext_noop(
                    "MAINSTAY_WEBHOOKS_PRIVATE: “{word}” is neither a network like 10.1.0.0/16 nor the "
                    "name of a host, nor 1 for all private addresses."
                ),
                word=word[:100],
            )
    return Within(everything, tuple(networks), frozenset(hosts))


def _network(word: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(word, strict=False) if re.search(r"[.:]", word) else None
    except ValueError:
        return None


def read(url: str) -> Target:
    """Look at an address that somebody gave; nothing is resolved yet.

    Raises: BadAddress
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except (ValueError, UnicodeError):
        raise _no_address() from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if (
        len(url) > LONGEST
        or parts.scheme not in PORTS
        or not _HOST.fullmatch(host)
        or "@" in parts.netloc
        or parts.fragment
        or not re.fullmatch(r"[!-~]+", path)
        or port == 0
    ):
        raise _no_address()
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def _no_address() -> BadAddress:
    return BadAddress(
        gettext_noop(
            "This can't be an endpoint's address; write it like https://erp.company.com/hooks/mainstay, "
            "without name and password."
        )
    )


def resolve(target: Target, allowed: Within) -> str:
    """The address of the machine that a request goes to: the first that the name leads to.

    Raises: BadAddress where the name leads nowhere, or to any place that is not allowed
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadAddress(
            gettext_noop("“{host}” leads nowhere: no address is known for it here."),
            host=target.host[:100],
        ) from None
    ips = [str(one[4][0]).partition("%")[0] for one in found]
    for ip in ips:
        if not allowed.allows(target.host, ip_address(ip)):
            raise BadAddress(
                gettext_noop(
                    "“{host}” leads to {ip}, inside the network; whoever runs the desk allows such "
                    "addresses with MAINSTAY_WEBHOOKS_PRIVATE."
                ),
                host=target.host[:100],
                ip=ip,
            )
    return ips[0]


def _real(ip: IP) -> IP:
    """The address of IPv4 that one of IPv6 stands for, else itself."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else ip)


def _is_public(ip: IP) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _is_somebody(ip: IP) -> bool:
    return not (ip.is_multicast or ip.is_unspecified or ip.is_reserved)
