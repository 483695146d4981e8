"""Tryton's own interface, JSON-RPC over HTTP: signing in, searching and reading, with errors in one sentence.

Nothing of Tryton is imported; its models and fields are as its versions 6 to 8 have them. Only `search`,
`read` and `fields_get` are called: nothing there is changed.
"""

from __future__ import annotations

import base64
import datetime as dt
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import requests

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop

SCHEMES = ("tryton", "tryton+http", "tryton+https")
HERE = ("localhost", "127.0.0.1", "::1")
PORT = 8000  # of trytond itself, without a server before it
PAGE = 1_000  # rows a call
IDS = 50_000  # ids a call
ATTEMPTS = 4
WAIT_SECONDS = 0.5  # before a call is tried again; doubled each time
TIMEOUT_SECONDS = (10, 300)  # until there is a connection; until it answers

Row = dict[str, Any]
Domain = list[Any]


class SystemRefuses(UnreadableFile):
    """Another system can't be reached, lets nobody in, or is not as it was."""

    code = "system_refuses"


_NO_ADDRESS = gettext_noop(
    "“{place}” is no address of a Tryton: write it as tryton://user@host:8000/database."
)
_NOT_THERE = gettext_noop(
    "There is no answer from Tryton at {place}: {why}. Check host and port, and that it runs."
)
_NO_DATABASE = gettext_noop(
    "Tryton at {place} has no database “{database}”: check its name in the address."
)
_NOT_LET_IN = gettext_noop(
    "Tryton at {place} does not let “{user}” in: check the name, and the password "
    "(MAINSTAY_ERP_PASSWORD)."
)
_TOO_OFTEN = gettext_noop(
    "Tryton at {place} takes no more attempts to sign in for now: wait some minutes, then try again."
)
_NOT_TRYTON = gettext_noop(
    "What answers at {place} is no Tryton (HTTP {status}): check the address."
)
_REFUSED = gettext_noop("Tryton refused “{what}” to “{user}”: {why}")
_NO_FIELD = gettext_noop(
    "Tryton's “{model}” has no field “{field}”, which the import needs: it was renamed or its module is "
    "not activated. Nothing was imported."
)
NO_MODEL = gettext_noop(
    "This Tryton has no “{model}”: activate its module there. Nothing was imported."
)


@dataclass(frozen=True)
class Address:
    """Where a Tryton is: tryton://user:password@host:port/database?company=Name

    tryton:// goes over HTTP to this machine and over HTTPS to any other; tryton+http:// and
    tryton+https:// say which.
    company: its name or number, where the user has several; empty = the user's own
    """

    base: str
    database: str
    user: str
    password: str = field(default="", repr=False)
    company: str = ""

    @classmethod
    def of(cls, text: str) -> Address:
        """Raises: SystemRefuses, without what the address says of a password"""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        database = unquote(parts.path.strip("/"))
        if parts.scheme not in SCHEMES or not host or not database or "/" in database:
            raise SystemRefuses(_NO_ADDRESS, place=f"{text.split('://')[0]}://…")
        if not parts.username:
            raise SystemRefuses(_NO_ADDRESS, place=f"{parts.scheme}://{host}/{database}")
        plain = parts.scheme == "tryton+http" or (parts.scheme == "tryton" and host in HERE)
        named = f"[{host}]" if ":" in host else host
        said = parse_qs(parts.query)
        return cls(
            base=f"{'http' if plain else 'https'}://{named}:{port or (PORT if plain else 443)}",
            database=database,
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            company=said.get("company", [""])[0],
        )


class Tryton:
    """A session with one database, as long as it is open (`with`)."""

    def __init__(
        self,
        address: Address,
        password: str = "",
        *,
        attempts: int = ATTEMPTS,
        timeout_seconds: tuple[int, int] = TIMEOUT_SECONDS,
    ) -> None:
        self.address = address
        self._attempts, self._timeout_seconds = attempts, timeout_seconds
        self._password = password or address.password
        self._http = requests.Session()
        self._http.trust_env = False  # no password of another place from ~/.netrc
        self._calls = 0
        self._path = ""
        self._user_id = 0
        self._fields: dict[str, frozenset[str]] = {}
        self.context: Row = {}

    def __enter__(self) -> Tryton:
        self._sign_in()
        self.context = dict(self.call("model.res.user.get_preferences", True))
        self.context["active_test"] = False
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(SystemRefuses):  # the session ends by itself
            self._post("common.db.logout", [])
        self._http.close()

    # Reading

    def models(self, names: Sequence[str]) -> set[str]:
        """Those of the models that this Tryton has."""
        field_of_name = "name" if "model" not in self.fields("ir.model") else "model"
        rows = self.call(
            "model.ir.model.search_read", [[field_of_name, "in", list(names)]],
            0, None, None, [field_of_name],
        )  # fmt: skip
        return {row[field_of_name] for row in rows}

    def fields(self, model: str) -> frozenset[str]:
        """The fields of a model that the user may read."""
        if model not in self._fields:
            self._fields[model] = frozenset(self.call(f"model.{model}.fields_get", []))
        return self._fields[model]

    def needs(self, model: str, wanted: Sequence[str]) -> None:
        """Raises: SystemRefuses where a model lacks one of the fields"""
        there = self.fields(model)
        for name in wanted:
            if name.partition(".")[0] not in there:
                raise SystemRefuses(_NO_FIELD, model=model, field=name.partition(".")[0])

    def ids(self, model: str, domain: Domain) -> list[int]:
        """All ids in a domain, by size."""
        found: list[int] = []
        while True:
            after = [["id", ">", found[-1]]] if found else []
            page = self.call(f"model.{model}.search", [domain, *after], 0, IDS, [["id", "ASC"]])
            found += page
            if len(page) < IDS:
                return found

    def newest(self, model: str, stamp: str) -> list[dt.datetime]:
        """The newest create_date or write_date of a model, by the clock there; [] where it has none."""
        ids = self.call(f"model.{model}.search", [[stamp, "!=", None]], 0, 1, [[stamp, "DESC"]])
        return [row[stamp] for row in self.read(model, ids, (stamp,))]

    def read(self, model: str, ids: Sequence[int], names: Sequence[str]) -> Iterator[Row]:
        """Rows by their ids; a name with dots reads through a relation: `row["party."]["code"]`."""
        self.needs(model, names)
        for start in range(0, len(ids), PAGE):
            yield from self.call(
                f"model.{model}.read", list(ids[start : start + PAGE]), list(names)
            )

    # Calling

    def call(self, method: str, *parameters: Any) -> Any:
        """What a method gives; the context goes with it."""
        return self._post(method, [*parameters, self.context])

    def _sign_in(self) -> None:
        place = self.address.base
        for path in (f"/{self.address.database}/rpc/", f"/{self.address.database}/"):
            self._path = path  # the second is that of Tryton before 8
            self._http.headers.pop("Authorization", None)
            answer = self._send(
                "common.db.login", [self.address.user, {"password": self._password}, "en"]
            )
            if answer.status_code not in (404, 405):
                break
        if answer.status_code in (404, 405):
            raise SystemRefuses(_NO_DATABASE, place=place, database=self.address.database)
        if answer.status_code in (401, 403):
            raise SystemRefuses(_NOT_LET_IN, place=place, user=self.address.user)
        if answer.status_code == 429:
            raise SystemRefuses(_TOO_OFTEN, place=place)
        said = _json(answer, place)
        if said.get("error"):
            why = _said(said["error"])
            raise SystemRefuses(_REFUSED, what="login", user=self.address.user, why=why)
        given = said.get("result")
        if not given:
            raise SystemRefuses(_NOT_LET_IN, place=place, user=self.address.user)
        self._user_id, session = given[0], given[1]
        key = f"{self.address.user}:{self._user_id}:{session}".encode()
        self._http.headers["Authorization"] = f"Session {base64.b64encode(key).decode()}"

    def _post(self, method: str, parameters: list[Any]) -> Any:
        answer = self._send(method, parameters)
        if answer.status_code == 401 and method != "common.db.logout":  # the session grew old
            self._sign_in()
            answer = self._send(method, parameters)
        given = _json(answer, self.address.base)
        if "error" in given:
            said = {"what": method.removeprefix("model."), "user": self.address.user}
            raise SystemRefuses(_REFUSED, **said, why=_said(given["error"]))
        return given.get("result")

    def _send(self, method: str, parameters: list[Any]) -> requests.Response:
        """One call, tried again where the line was broken: reading twice does no harm."""
        self._calls += 1
        body: Any = {"id": self._calls, "method": method, "params": [_plain(p) for p in parameters]}
        for attempt in range(self._attempts):
            try:
                answer = self._http.post(
                    self.address.base + self._path, json=body, timeout=self._timeout_seconds,
                    allow_redirects=False,
                )  # fmt: skip
                if answer.status_code not in (502, 503, 504) or attempt == self._attempts - 1:
                    return answer
            except requests.RequestException as error:
                if attempt == self._attempts - 1 or isinstance(error, requests.exceptions.SSLError):
                    raise SystemRefuses(
                        _NOT_THERE, place=self.address.base, why=_why(error)
                    ) from error
            time.sleep(WAIT_SECONDS * 2**attempt)
        raise AssertionError


def _why(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "TLS"
    if isinstance(error, requests.Timeout):
        return "timeout"
    return "connection refused" if "refused" in str(error) else type(error).__name__


def _said(error: Any) -> str:
    """What an error says: its message; what stands behind that is a traceback of theirs."""
    if isinstance(error, list) and error[:1] and error[0] in _ERRORS:
        error = error[1:]
    while isinstance(error, list) and error:
        error = error[0]
    return (str(error).strip().splitlines() or [""])[0][:300]


_ERRORS = ("UserError", "UserWarning", "ConcurrencyException", "LoginException")


def _json(answer: requests.Response, place: str) -> Mapping[str, Any]:
    if answer.status_code != 200:
        raise SystemRefuses(_NOT_TRYTON, place=place, status=answer.status_code)
    try:
        given = answer.json(object_hook=_typed)
    except ValueError as error:
        raise SystemRefuses(_NOT_TRYTON, place=place, status=answer.status_code) from error
    if not isinstance(given, dict):
        raise SystemRefuses(_NOT_TRYTON, place=place, status=answer.status_code)
    return given


def _typed(value: Row) -> Any:
    """Dates, times and decimals, as Tryton writes them in JSON."""
    kind = value.get("__class__")
    if kind == "Decimal":
        return Decimal(value["decimal"])
    if kind == "date":
        return dt.date(value["year"], value["month"], value["day"])
    if kind == "datetime":
        parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return dt.datetime(**{part: value.get(part, 0) for part in parts}, tzinfo=dt.UTC)
    return value


def _plain(value: Any) -> Any:
    """The same the other way."""
    if isinstance(value, dt.datetime):
        parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime", **{part: getattr(value, part) for part in parts}}
    if isinstance(value, dt.date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
