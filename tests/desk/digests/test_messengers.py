"""Which addresses are taken, what leaves for each messenger, and what their answers mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from mainstay.desk.digests import bots, messengers
from mainstay.desk.digests.messengers import SERVICES, BadAddress, NotDelivered

HOOK = "3ccdd113474722377935511fc85d3dd4"
TEAMS = (
    "https://prod-161.westeurope.logic.azure.com:443/workflows/643e69f83c8944438d68119179a10a64/"
    "triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0"
    "&sig=KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrNJZxFE5A"
)
GOOD = {
    "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7TT": "slack",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7TT": "slack",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4": "wecom",
    "wecombot://693axxx6-7aoc-4bc4": "wecom",
    "wechat://corpid123:corpsecret456@1000002/@user1": "wecom_app",
    "https://oapi.dingtalk.com/robot/send?access_token=abcdef0123456789": "dingtalk",
    "dingtalk://SECabc@abcdef0123456789": "dingtalk",
    "https://open.feishu.cn/open-apis/bot/v2/hook/abcd-efgh-1234": "feishu",
    "feishu://secret@abcd-efgh-1234": "feishu",
    "https://open.larksuite.com/open-apis/bot/v2/hook/abcd-efgh-1234": "lark",
    "line://TOKEN123/U1234567": "line",
    TEAMS: "teams",
    "https://chat.googleapis.com/v1/spaces/AAAAk6lGXyM/messages?key=AIzaSyabc&token=xyz": "google_chat",
    f"mmosts://chat.company.com/{HOOK}": "mattermost",
    f"mmost://10.0.0.7:8065/{HOOK}": "mattermost",
}
DINGTALK = "jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM="
FEISHU = "XprR1de+0SSBnwWyU/4k6x2TL+Q2SJlM5NNEdAv7MWg="
SERVERS = messengers.own_servers("chat.company.com\nhttp://10.0.0.7:8065/")


def read(url: str, allowed: Any = SERVICES, servers: frozenset[str] = SERVERS) -> Any:
    return messengers.read(url, allowed=allowed, servers=servers)


@pytest.mark.parametrize(("url", "service"), GOOD.items(), ids=GOOD.values())
def test_an_address_is_known_by_its_service_and_shown_by_its_end(url: str, service: str) -> None:
    found = read(url)
    assert found.service == service
    assert len(found.hint) <= 5
    assert found.hint.startswith("…")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "json://127.0.0.1/",
        "jsons://example.com/hook",
        "form://10.0.0.1/",
        "xml://localhost",
        "apprise://localhost/token",
        "syslog://",
        "dbus://",
        "gnome://",
        "windows://",
        "macosx://",
        "custom://x",
        "mailto://user:pass@example.com",
        "https://example.com/hook",
        "https://hooks.slack.com.evil.example/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXr",
        "wecombot://key/../../x",
        "dingtalk://token?secret=x",
        "slack://not",
        "",
        "slack://" + "x" * 2_000,
        "line://TOKEN123/U1234567 line://other/U1",
    ],
)
def test_nothing_else_is_an_address(url: str) -> None:
    with pytest.raises(BadAddress, match="no address of a messenger"):
        read(url)


@pytest.mark.parametrize(
    "option",
    [
        "template=file:///etc/passwd",
        "verify=no",
        "redirect=yes",
        "+X-Header=1",
        "to=other",
        "rto=1",
    ],
)
def test_no_option_of_the_librarys_is_taken(option: str) -> None:
    with pytest.raises(BadAddress, match=r"Leave “.+” out"):
        read(f"slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7TT/?{option}")


@pytest.mark.parametrize(
    "url",
    [
        f"mmosts://intranet.company.com/{HOOK}",
        f"mmost://chat.company.com/{HOOK}",  # named with TLS alone
        f"mmosts://chat.company.com:8443/{HOOK}",
        f"mmosts://127.0.0.1/{HOOK}",
        f"mmosts://chat.company.com.evil.example/{HOOK}",
    ],
)
def test_servers_of_ones_own_are_those_that_an_administrator_named(url: str) -> None:
    with pytest.raises(BadAddress, match="not among the servers"):
        read(url)


@pytest.mark.parametrize(
    "host",
    ["10.0.0.1", "localhost", "logic.azure.com.evil.example", "evil.example", "169.254.169.254"],
)
def test_teams_is_where_its_maker_has_it(host: str) -> None:
    with pytest.raises(BadAddress, match="is no host of"):
        read(f"workflows://{host}/643e69f83c8944438d68119179a10a64/KODuebWbDGYFr0z0eu")
    with pytest.raises(BadAddress, match="is no host of"):
        read(TEAMS.replace(":443", ":8443"))


def test_a_service_that_is_not_allowed_is_named() -> None:
    with pytest.raises(BadAddress, match="Slack is not switched on"):
        read("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7TT", allowed=["line"])


@pytest.mark.parametrize("line", ["chat company", "file:///x", "user@host", "host/path", "[::1]"])
def test_what_is_no_server_is_refused(line: str) -> None:
    if " " in line:
        assert messengers.own_servers(line) == {"chat", "company"}
        return
    with pytest.raises(BadAddress, match="is no host"):
        messengers.own_servers(line)


class Web:
    """Stands for the network: what was sent where, and what the other side answers."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any, dict[str, Any]]] = []
        self.status, self.body = 200, b'{"errcode": 0, "code": 0}'

    def __call__(self, session: Any, request: Any, **options: Any) -> requests.Response:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        self.sent.append((request.url, json.loads(body or "null"), options))
        answer = requests.Response()
        answer.status_code, answer._content = self.status, self.body
        answer.request, answer.url = request, request.url
        return answer


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    found = Web()
    monkeypatch.setattr(requests.Session, "send", lambda *a, **o: found(*a, **o))
    return found


def send(url: str, *parts: str) -> list[float]:
    waited: list[float] = []
    messengers.send(read(url), list(parts), pause=waited.append)
    return waited


@pytest.mark.parametrize("url", GOOD, ids=GOOD.values())
def test_what_leaves_is_the_text_and_goes_to_the_makers_host(url: str, web: Web) -> None:
    if "wechat" in url:
        web.body = b'{"errcode": 0, "access_token": "t", "expires_in": 7200}'
    if GOOD[url] == "slack":
        web.body = b"ok"
    said = "1. Harbour\nhttps://desk.example.com/account/A100/visit/?play=listen"
    if SERVICES[GOOD[url]].markdown:
        said = "[Harbour](https://desk.example.com/account/A100/visit/?play=listen)"
    waited = send(url, said)
    assert waited == []
    where, body, options = web.sent[-1]
    assert "https://desk.example.com/account/A100/visit/?play=listen" in json.dumps(body)
    assert "Harbour" in json.dumps(body)
    host = requests.utils.urlparse(where).hostname
    assert host in (
        "hooks.slack.com",
        "qyapi.weixin.qq.com",
        "oapi.dingtalk.com",
        "open.feishu.cn",
        "open.larksuite.com",
        "api.line.me",
        "prod-161.westeurope.logic.azure.com",
        "chat.googleapis.com",
        "chat.company.com",
        "10.0.0.7",
    )
    assert options["allow_redirects"] is False
    assert options["verify"]


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("wecombot://key", b'{"errcode": 93000, "errmsg": "invalid webhook url"}'),
        ("dingtalk://key", b'{"errcode": 310000, "errmsg": "keywords not in content"}'),
        ("feishu://key", b'{"code": 19021, "msg": "sign match fail"}'),
    ],
)
def test_robots_that_answer_ok_and_mean_no(url: str, answer: bytes, web: Web) -> None:
    web.body = answer
    code = str(json.loads(answer).popitem()[1])
    with pytest.raises(NotDelivered) as refused:
        send(url, "Hello")
    assert code in str(refused.value.text.data.values())


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}"])
def test_an_answer_that_says_nothing_is_no_yes(body: bytes, web: Web) -> None:
    web.body = body
    with pytest.raises(NotDelivered):
        send("wecombot://key", "Hello")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "is gone"),
        (401, "was refused"),
        (403, "was refused"),
        (429, "refused (429)"),
        (302, "302"),
    ],
)
@pytest.mark.parametrize("url", ["dingtalk://key", "line://TOKEN123/U1234567"])
def test_why_a_message_was_not_taken(url: str, status: int, said: str, web: Web) -> None:
    web.status = status
    with pytest.raises(NotDelivered) as refused:
        send(url, "Hello")
    assert said in refused.value.text.render(str)


@pytest.mark.parametrize("url", ["dingtalk://key", "line://TOKEN123/U1234567"])
def test_no_answer_at_all(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: Any, **options: Any) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(requests.Session, "send", gone)
    with pytest.raises(NotDelivered, match="There was no answer"):
        send(url, "Hello")


def test_parts_go_one_after_the_other_and_stop_where_one_is_refused(web: Web) -> None:
    assert send("wecombot://key", "one", "two", "three") == [1.0, 1.0]
    assert [body["text"]["content"] for _, body, _ in web.sent] == ["one", "two", "three"]
    web.status = 500
    with pytest.raises(NotDelivered):
        send("wecombot://key", "four", "five")
    assert len(web.sent) == 4


def test_robots_sign_as_their_makers_say() -> None:
    # Computed with openssl: printf '1700000000000\nSECabc' | openssl dgst -sha256 -hmac SECabc -binary | base64
    params, body = bots.BOTS["dingtalk"].sign("SECabc", 1_700_000_000.0)
    assert body == {}
    assert params == {"timestamp": "1700000000000", "sign": DINGTALK}
    # printf '' | openssl dgst -sha256 -hmac "$(printf '1700000000\nSECabc')" -binary | base64
    params, body = bots.BOTS["feishu"].sign("SECabc", 1_700_000_000.0)
    assert params == {}
    assert body == {"timestamp": "1700000000", "sign": FEISHU}
