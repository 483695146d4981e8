"""The robots of WeCom, DingTalk, Feishu and Lark: they answer 200 also when they refuse a message, and say
so in the body, which apprise does not read; so their few lines are sent and their answers read here.

Sources: developer.work.weixin.qq.com/document/path/91770, open.dingtalk.com custom-robot-access,
open.feishu.cn and open.larksuite.com custom bot guides.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests

from mainstay.core.texts import Text, gettext_noop

LONGEST_REASON = 200
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
NO_RIGHT = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True)
class Bot:
    """One kind of robot.

    shown: its webhook as the messenger shows it, the token in a group
    code: where its answer says whether it took the message: 0 = taken
    sign: what proves that the secret is known: (parameters of the address, parts of the message)
    """

    url: str
    shown: str
    message: Callable[[str], dict[str, Any]]
    code: str
    why: str
    sign: Callable[[str, float], tuple[dict[str, str], dict[str, str]]]


def _text(text: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": text}}


def _feishu_text(text: str) -> dict[str, Any]:
    return {"msg_type": "text", "content": {"text": text}}


def _no_sign(secret: str, now: float) -> tuple[dict[str, str], dict[str, str]]:
    return {}, {}


def _digest(key: str, message: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), message.encode(), hashlib.sha256)).decode()


def _sign_dingtalk(secret: str, now: float) -> tuple[dict[str, str], dict[str, str]]:
    at = str(round(now * 1000))
    return {"timestamp": at, "sign": _digest(secret, f"{at}\n{secret}")}, {}


def _sign_feishu(secret: str, now: float) -> tuple[dict[str, str], dict[str, str]]:
    at = str(round(now))
    return {}, {"timestamp": at, "sign": _digest(f"{at}\n{secret}", "")}


def _of_feishu(host: str) -> Bot:
    return Bot(
        f"https://{host}/open-apis/bot/v2/hook/{{token}}",
        rf"https://{re.escape(host)}/open-apis/bot/v2/hook/([\w-]+)/?",
        _feishu_text,
        "code",
        "msg",
        _sign_feishu,
    )


BOTS: dict[str, Bot] = {
    "wecombot": Bot(
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={token}",
        r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([\w-]+)",
        _text,
        "errcode",
        "errmsg",
        _no_sign,
    ),
    "dingtalk": Bot(
        "https://oapi.dingtalk.com/robot/send?access_token={token}",
        r"https://oapi\.dingtalk\.com/robot/send\?access_token=([\w-]+)",
        _text,
        "errcode",
        "errmsg",
        _sign_dingtalk,
    ),
    "feishu": _of_feishu("open.feishu.cn"),
    "lark": _of_feishu("open.larksuite.com"),
}
_OWN_FORM = re.compile(rf"({'|'.join(BOTS)})://(?:([\w-]{{1,200}})@)?([\w-]{{1,200}})/?")


def is_bot(schema: str) -> bool:
    return schema in BOTS


def known(url: str) -> dict[str, Any]:
    """The parts of a robot's address: its webhook, or apprise's form, `dingtalk://SECRET@TOKEN`; else {}."""
    if found := _OWN_FORM.fullmatch(url):
        return {"schema": found[1], "user": found[2], "host": found[3]}
    for schema, bot in BOTS.items():
        if shown := re.fullmatch(bot.shown, url):
            return {"schema": schema, "user": None, "host": shown[1]}
    return {}


def post(parts: Mapping[str, Any], text: str, *, seconds: float) -> Text | None:
    """Send a text; gives why it was not taken, None where it was."""
    bot = BOTS[parts["schema"]]
    secret = parts.get("user")
    params, proof = bot.sign(secret, time.time()) if secret else ({}, {})
    try:
        answer = requests.post(
            bot.url.format(token=parts["host"]),
            params=params,
            json={**proof, **bot.message(text)},
            timeout=seconds,
            allow_redirects=False,
        )
        said = answer.json() if answer.status_code == HTTPStatus.OK else {}
    except requests.JSONDecodeError:
        return why(None)
    except requests.RequestException:
        return why(None)
    if answer.status_code != HTTPStatus.OK or not isinstance(said, dict):
        return why(answer.status_code)
    if said.get(bot.code) in (0, "0"):
        return None
    reason = "".join(c for c in str(said.get(bot.why, "")) if c.isprintable())
    return Text(
        gettext_noop("It was refused: {code} {reason}"),
        {"code": str(said.get(bot.code, "?"))[:20], "reason": reason[:LONGEST_REASON]},
    )


def why(status: int | None) -> Text:
    """Why a messenger did not take a message; status: of HTTP, None where it did not answer."""
    if status is None:
        return Text(gettext_noop("There was no answer."), {})
    if status in NO_RIGHT:
        return Text(
            gettext_noop("Its address was refused ({status}); make a new one there, and add it."),
            {"status": str(status)},
        )
    if status in GONE:
        return Text(
            gettext_noop("Its address is gone ({status}); make a new one there, and add it."),
            {"status": str(status)},
        )
    return Text(gettext_noop("It was refused ({status})."), {"status": str(status)})
