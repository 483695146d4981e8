"""Addresses lead outside, or where whoever runs the desk allows it."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from mainstay.api.webhooks import addresses, wire
from mainstay.api.webhooks.addresses import BadAddress, read, resolve, within
from mainstay.core.errors import InvalidSetting

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.9",
    "172.31.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "ff02::1",
]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.com/",
        "file:///etc/passwd",
        "https://user:word@x.com/",
        "https://x.com/#part",
        "https:///path",
        "//x.com/",
        "https://x.com:0/",
        "https://x.com:99999/",
        "https://x.com/a b",
        "https://x.com/a\r\nHost: y",
        "https://exa mple.com/",
        "https://[fe80::1%25eth0]/",
        "https://x.com/" + "a" * 1_000,
        "",
    ],
)
def test_what_can_be_no_address(url: str) -> None:
    with pytest.raises(BadAddress):
        read(url)


def test_an_address_and_what_may_be_shown_of_it() -> None:
    target = read(" https://Hooks.Example.com:8443/services/T0/B0/xyz?key=Z9y8 ")
    assert (target.host, target.port, target.place) == (
        "hooks.example.com",
        8443,
        "hooks.example.com:8443",
    )
    assert target.path == "/services/T0/B0/xyz?key=Z9y8"
    assert target.shown == "https://hooks.example.com:8443/…Z9y8"
    assert read("https://例え.jp/").host == "xn--r8jz45g.jp"


def leads_to(monkeypatch: pytest.MonkeyPatch, *ips: str) -> list[str]:
    asked: list[str] = []

    def resolver(host: str, port: int, **kwargs: Any) -> list[Any]:
        asked.append(host)
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port)) for ip in ips
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return asked


@pytest.mark.parametrize("ip", INSIDE)
def test_what_leads_inside_is_refused(ip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch, ip)
    with pytest.raises(BadAddress, match="inside the network"):
        resolve(read("https://hooks.example.com/"), within([]))


def test_one_address_inside_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(BadAddress, match="inside the network"):
        resolve(read("https://hooks.example.com/"), within([]))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost"])
def test_other_ways_to_write_this_machine(host: str) -> None:
    with pytest.raises(BadAddress):
        resolve(read(f"http://{host}/"), within([]))


@pytest.mark.parametrize(
    ("words", "host", "ip", "fits"),
    [
        ("10.1.0.0/16", "a.com", "10.1.2.3", True),
        ("10.1.0.0/16", "a.com", "10.2.0.1", False),
        ("10.1.0.0/16", "a.com", "::ffff:10.1.2.3", True),
        ("erp.local 192.168.1.5", "erp.local", "10.9.9.9", True),
        ("erp.local 192.168.1.5", "b.local", "10.9.9.9", False),
        ("erp.local 192.168.1.5", "b.local", "192.168.1.5", True),
        ("1", "a.com", "127.0.0.1", True),
        ("1", "a.com", "fd00::1", True),
        ("1", "a.com", "169.254.169.254", False),
        ("1", "a.com", "0.0.0.0", False),
        ("169.254.0.0/16", "a.com", "169.254.169.254", True),
        ("", "a.com", "8.8.8.8", True),
    ],
)
def test_what_is_allowed_inside(
    words: str, host: str, ip: str, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads_to(monkeypatch, ip)
    target, allowed = read(f"http://{host}/"), within(words.split())
    if fits:
        assert resolve(target, allowed) == ip
    else:
        with pytest.raises(BadAddress):
            resolve(target, allowed)


@pytest.mark.parametrize("word", ["yes!", "10.0.0.0/99", "2", "http://a"])
def test_a_word_that_says_nothing_is_named(word: str) -> None:
    with pytest.raises(InvalidSetting, match="MAINSTAY_WEBHOOKS_PRIVATE"):
        within([word])


def test_the_request_goes_to_the_address_that_was_looked_at(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = leads_to(monkeypatch, "127.0.0.1")
    connected: list[Any] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, place: Any) -> None:
        connected.append(place[0])
        connect(self, place)

    def create(place: Any, timeout: float) -> socket.socket:
        made = socket.socket()
        made.settimeout(timeout)
        noted(made, place)
        return made

    monkeypatch.setattr(socket, "create_connection", create)
    target = addresses.read(f"http://erp.example.com:{receiver.server_port}/x")
    answer = wire.post(target, b"{}", {}, within(["erp.example.com"]))
    assert answer.status == 200
    assert asked == [
        "erp.example.com"
    ]  # once: a name that leads elsewhere a moment later is not asked
    assert connected == ["127.0.0.1"]
    assert receiver.taken[0][1]["Host"] == f"erp.example.com:{receiver.server_port}"


def test_nobody_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = wire.post(addresses.read(f"http://127.0.0.1:{port}/"), b"", {}, within(["1"]))
    assert answer.trouble is not None
    assert str(answer.trouble) == "Nobody listens at this address."
