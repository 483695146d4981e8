"""Every address, as everybody: an address that is not in this table fails, and so does one too open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ROLES = {
    "dora": "director",
    "minsu": "manager",
    "sora": "service",
    "quentin": "quality",
    "suyin": "supply",
    "fatima": "finance",
    "ana": "analyst",
    "ada": "administrator",
}
ALL = frozenset(ROLES.values())
OFFICE = frozenset({"director", "analyst", "administrator"})
IMPORTERS = frozenset({"analyst", "administrator"})
SEEING_ALL = ALL - {"manager", "service"}
SETTERS = frozenset({"director", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})
OPEN = ALL | {"anonymous"}

OWN = {"account_id": "A100"}  # an account of the manager of the cast, and of the service
# address name → (who, method, its parts)
MATRIX: dict[str, tuple[frozenset[str], str, dict[str, Any]]] = {
    "account_login": (OPEN, "get", {}),
    "account_logout": (ALL, "get", {}),
    "account_change_password": (ALL, "get", {}),
    "account_reauthenticate": (ALL, "get", {}),
    "mfa_index": (ALL, "get", {}),
    "mfa_authenticate": (ALL, "get", {}),
    "mfa_reauthenticate": (ALL, "get", {}),
    "mfa_activate_totp": (ALL, "get", {}),
    "qr_code": (ALL, "get", {}),
    "mfa_deactivate_totp": (ALL, "get", {}),
    "mfa_view_recovery_codes": (ALL, "get", {}),
    "mfa_generate_recovery_codes": (ALL, "get", {}),
    "mfa_download_recovery_codes": (ALL, "get", {}),
    "mfa_list_webauthn": (ALL, "get", {}),
    "mfa_add_webauthn": (ALL, "get", {}),
    "mfa_login_webauthn": (ALL, "get", {}),  # strangers may too, from the sign-in page
    "mfa_reauthenticate_webauthn": (ALL, "get", {}),
    "mfa_remove_webauthn": (ALL, "get", {"pk": 1}),
    "mfa_edit_webauthn": (ALL, "get", {"pk": 1}),
    "sessions": (ALL, "get", {}),
    "end_other_sessions": (ALL, "post", {}),
    "end_session": (ALL, "post", {"session_id": 1}),
    "tokens": (ALL, "get", {}),
    "token_made": (ALL, "get", {}),
    "revoke_token": (ALL, "post", {"token_id": 1}),
    "openid_connect_login": (OPEN, "get", {}),
    "openid_connect_callback": (OPEN, "get", {}),
    "set_language": (OPEN, "post", {}),
    "access:people": (ADMINISTRATORS, "get", {}),
    "access:add": (ADMINISTRATORS, "get", {}),
    "access:change": (ADMINISTRATORS, "get", {"user_id": 1}),
    "access:reset": (ADMINISTRATORS, "post", {"user_id": 1}),
    "access:password": (ADMINISTRATORS, "get", {"user_id": 1}),
    "access:switch": (ADMINISTRATORS, "post", {"user_id": 1}),
    "access:end_sessions": (ADMINISTRATORS, "post", {"user_id": 1}),
    "access:forget_second_factor": (ADMINISTRATORS, "post", {"user_id": 1}),
    "access:events": (ADMINISTRATORS, "get", {}),
    "access:download_events": (ADMINISTRATORS, "get", {"kind": "csv"}),
    "accounts:week": (ALL, "get", {}),
    "accounts:list": (ALL, "get", {}),
    "accounts:download": (ALL, "get", {"kind": "csv"}),
    "accounts:find": (ALL, "get", {}),
    "accounts:save_view": (ALL, "post", {}),
    "accounts:remove_view": (ALL, "post", {"view_id": 1}),
    "accounts:account": (ALL, "get", OWN),
    "accounts:lines": (ALL, "get", OWN),
    "accounts:download_lines": (ALL, "get", {**OWN, "kind": "csv"}),
    "accounts:answer": (ALL, "get", OWN),
    "accounts:same": (ALL, "get", OWN),
    "designs:list": (ALL, "get", {}),
    "designs:add": (OFFICE, "get", {}),
    "designs:show": (ALL, "get", {"pk": 1}),
    "designs:off": (frozenset({"director"}), "post", {"pk": 1}),
    "designs:download": (ALL, "get", {"pk": 1, "kind": "csv"}),
    "accounts:portfolio": (OFFICE, "get", {}),
    "accounts:look": (OPEN, "post", {}),
    "team:people": (SETTERS, "get", {}),
    "team:person": (SETTERS, "get", {"staff_id": "S1"}),
    "team:plan": (SETTERS, "post", {"staff_id": "S1"}),
    "team:handover": (ALL, "get", {"handover_id": 1}),
    "team:step": (ALL, "post", {"step_id": 1}),
    "team:load": (ALL, "get", {}),
    "timeline:page": (ALL, "get", OWN),
    "timeline:print": (ALL, "get", OWN),
    "causes:portfolio": (ALL, "get", {}),
    "causes:download": (ALL, "get", {"table": "by_cause", "kind": "csv"}),
    "causes:signals": (ALL, "get", OWN),
    "causes:records": (ALL, "get", {**OWN, "table": "deliveries"}),
    "causes:download_records": (ALL, "get", {**OWN, "table": "payments", "kind": "csv"}),
    "causes:row": (ALL, "get", {**OWN, "table": "visits"}),
    "trust:page": (ALL, "get", {}),
    "trust:start": (OFFICE, "post", {}),
    "trust:progress": (ALL, "get", {}),
    "trust:cancel": (OFFICE, "post", {"job_id": "none"}),
    "trust:limits": (SETTERS, "post", {}),
    "trust:download": (ALL, "get", {"table": "warnings", "kind": "csv"}),
    "care:visits": (ALL, "get", {}),
    "care:choose": (ALL, "get", {}),
    "care:rhythm": (SETTERS, "get", {}),
    "care:requests": (ALL, "get", {}),
    "care:answer": (ALL, "post", {"pk": 1}),
    "care:promises": (ALL, "get", {}),
    "care:keep": (ALL, "post", {"pk": 1}),
    "care:visit": (ALL, "get", OWN),
    "care:note": (ALL, "post", OWN),
    "care:notice": (ALL, "get", OWN),
    "care:terms": (ALL, "get", OWN),
    "care:promise_rebate": (ALL, "post", OWN),
    "facts:tables": (ALL, "get", {}),
    "facts:rows": (ALL, "get", {"table": "visits"}),
    "facts:add": (ALL, "get", {"table": "visits"}),
    "facts:change": (ALL, "get", {"table": "visits", "pk": 1}),
    "facts:withdraw": (ALL, "get", {"table": "visits", "pk": 1}),
    "facts:history": (ALL, "get", {"table": "visits", "pk": 1}),
    "complaints:desk": (ALL, "get", {}),
    "complaints:badge": (ALL, "get", {}),
    "complaints:new": (ALL, "get", {}),
    "complaints:production": (ALL, "get", {}),
    "complaints:download": (ALL, "get", {"kind": "csv"}),
    "complaints:settings": (SETTERS | {"quality"}, "get", {}),
    "complaints:show": (ALL, "get", {"pk": 1}),
    "complaints:act": (ALL, "post", {"pk": 1, "what": "answer"}),
    "reviews:list": (ALL, "get", {}),
    "reviews:learnt": (ALL, "get", {}),
    "reviews:changes": (ALL, "get", {}),
    "reviews:open": (SETTERS | {"manager"}, "post", {}),
    "reviews:show": (ALL, "get", {"pk": 1}),
    "reviews:box": (ALL, "get", {"pk": 1}),
    "reviews:act": (ALL, "post", {"pk": 1, "step": "finding"}),
    "reviews:survey": (OPEN, "get", {"token": "none"}),
    "cases:week": (ALL, "get", {}),
    "cases:take": (SETTERS | {"manager", "service"}, "post", OWN),
    "cases:put_off": (SETTERS | {"manager", "service"}, "post", OWN),
    "cases:list": (ALL, "get", {}),
    "cases:show": (ALL, "get", {"pk": 1}),
    "cases:add_step": (ALL, "post", {"pk": 1}),
    "cases:step": (ALL, "post", {"pk": 1, "step": 1}),
    "cases:change_step": (ALL, "get", {"pk": 1, "step": 1}),
    "cases:remove_step": (ALL, "post", {"pk": 1, "step": 1}),
    "guarantees:standing": (ALL, "get", {}),
    "keeping:worth": (ALL, "get", {}),
    "keeping:board": (ALL, "get", {}),
    "keeping:download": (ALL, "get", {"table": "newcomers", "kind": "csv"}),
    "keeping:newcomers": (ALL, "get", {}),
    "value:portfolio": (ALL, "get", {}),
    "value:download": (ALL, "get", {"table": "steps", "kind": "csv"}),
    "value:account": (ALL, "get", OWN),
    "value:download_account": (ALL, "get", {**OWN, "table": "heads", "kind": "csv"}),
    "winback:list": (ALL, "get", {}),
    "winback:back": (ALL, "get", {}),
    "winback:download": (ALL, "get", {"table": "back", "kind": "csv"}),
    "quality:portfolio": (ALL, "get", {}),
    "quality:ask": (ALL - {"finance", "analyst"}, "post", {}),
    "quality:download": (ALL, "get", {"table": "answers", "kind": "csv"}),
    "quality:product": (ALL, "get", {"product_id": "P"}),
    "quality:download_months": (ALL, "get", {"product_id": "P", "kind": "csv"}),
    "quality:account": (ALL, "get", OWN),
    "quality:download_cases": (ALL, "get", {**OWN, "kind": "csv"}),
    "service:portfolio": (ALL, "get", {}),
    "service:download": (ALL, "get", {"table": "accounts", "kind": "csv"}),
    "service:account": (ALL, "get", OWN),
    "service:download_complaints": (ALL, "get", {**OWN, "kind": "csv"}),
    "service:act": (ALL, "post", {"pk": 1, "what": "ask"}),
    "service:opinion": (OPEN, "get", {"token": "none"}),
    "strategy:portfolio": (ALL, "get", {}),
    "strategy:download": (ALL, "get", {"kind": "csv"}),
    "strategy:account": (ALL, "get", OWN),
    "strategy:pack": (ALL, "get", OWN),
    "strategy:slides": (ALL, "get", OWN),
    "needs:portfolio": (ALL, "get", {}),
    "needs:download": (ALL, "get", {"table": "chances", "kind": "csv"}),
    "needs:account": (ALL, "get", OWN),
    "needs:download_account": (ALL, "get", {**OWN, "table": "chances", "kind": "csv"}),
    "quarter:list": (SEEING_ALL, "get", {}),
    "quarter:show": (SEEING_ALL, "get", {"name": "2026-Q1"}),
    "quarter:pdf": (SEEING_ALL, "get", {"name": "2026-Q1"}),
    "delivery:portfolio": (ALL, "get", {}),
    "delivery:download": (ALL, "get", {"table": "accounts", "kind": "csv"}),
    "delivery:account": (ALL, "get", OWN),
    "delivery:download_lines": (ALL, "get", {**OWN, "kind": "csv"}),
    "winback:take": (SETTERS | {"manager", "service"}, "post", OWN),
    "winback:date": (SETTERS | {"manager", "service"}, "post", OWN),
    "winback:take_back": (SETTERS | {"manager", "service"}, "post", OWN),
    "cases:open": (SETTERS | {"manager", "service"}, "get", OWN),
    "cases:comment": (ALL, "post", {"pk": 1}),
    "cases:add_file": (ALL, "post", {"pk": 1}),
    "cases:file": (ALL, "get", {"pk": 1, "file_id": "f"}),
    "cases:remove_file": (ALL, "post", {"pk": 1, "file_id": "f"}),
    "cases:close": (ALL, "post", {"pk": 1}),
    "cases:reopen": (ALL, "post", {"pk": 1}),
    "digests:own": (ALL, "get", {}),
    "digests:add_way": (ALL, "post", {}),
    "digests:remove_way": (ALL, "post", {"pk": 1}),
    "digests:test_way": (ALL, "post", {"pk": 1}),
    "digests:preview": (ALL, "get", {}),
    "digests:everybody": (ADMINISTRATORS, "get", {}),
    "digests:stop": (ADMINISTRATORS, "post", {"user_id": 1}),
    "digests:calendar": (ALL, "get", {}),
    "digests:renew": (ALL, "post", {}),
    "digests:revoke": (ALL, "post", {}),
    "digests:feed": (OPEN, "get", {"token": "none"}),
    "webhooks:list": (ADMINISTRATORS, "get", {}),
    "webhooks:badge": (ADMINISTRATORS, "get", {}),
    "webhooks:add": (ADMINISTRATORS, "get", {}),
    "webhooks:replay_dead": (ADMINISTRATORS, "post", {}),
    "webhooks:replay": (ADMINISTRATORS, "post", {"message_id": "none"}),
    "webhooks:change": (ADMINISTRATORS, "get", {"pk": 1}),
    "webhooks:new_secret": (ADMINISTRATORS, "post", {"pk": 1}),
    "webhooks:secret": (ADMINISTRATORS, "get", {"pk": 1}),
    "webhooks:switch": (ADMINISTRATORS, "post", {"pk": 1}),
    "webhooks:test": (ADMINISTRATORS, "post", {"pk": 1}),
    "webhooks:remove": (ADMINISTRATORS, "post", {"pk": 1}),
    "nightly:page": (ADMINISTRATORS, "get", {}),
    "nightly:run": (ADMINISTRATORS, "post", {}),
    "nightly:badge": (ADMINISTRATORS, "get", {}),
    "nightly:night": (ADMINISTRATORS, "get", {"pk": 1}),
    "nightly:cancel": (ADMINISTRATORS, "post", {"pk": 1}),
    "nightly:add": (ADMINISTRATORS, "get", {}),
    "nightly:source": (ADMINISTRATORS, "get", {"pk": 1}),
    "nightly:remove": (ADMINISTRATORS, "post", {"pk": 1}),
    "incentives:list": (ALL, "get", {}),
    "incentives:request": (ALL, "get", {"pk": 1}),
    "incentives:approve": (ALL, "post", {"pk": 1}),
    "incentives:refuse": (ALL, "post", {"pk": 1}),
    "incentives:take_back": (ALL, "post", {"pk": 1}),
    "incentives:ask": (ALL, "get", {"pk": 1}),
    "allocation:list": (ALL, "get", {}),
    "allocation:start": (SETTERS | {"supply"}, "post", {}),
    "allocation:progress": (ALL, "get", {}),
    "allocation:sheet": (ALL, "get", {"sheet_id": "none"}),
    "allocation:approve": (SETTERS | {"supply"}, "post", {"sheet_id": "none"}),
    "allocation:download": (ALL, "get", {"sheet_id": "none", "kind": "csv"}),
    "allocation:product": (ALL, "get", {"sheet_id": "none", "pk": 1}),
    "allocation:line": (SETTERS | {"supply"}, "get", {"sheet_id": "none", "pk": 1}),
    "allocation:account": (ALL, "get", OWN),
    "seasons:list": (ALL, "get", {}),
    "seasons:download": (ALL, "get", {"kind": "csv"}),
    "seasons:account": (ALL, "get", OWN),
    "seasons:progress": (ALL, "get", OWN),
    "seasons:meeting": (ALL, "get", OWN),
    "seasons:sheet": (ALL, "get", OWN),
    "seasons:ask": (SETTERS | {"manager", "supply"}, "post", OWN),
    "seasons:agree": (SETTERS | {"manager", "supply"}, "post", OWN),
    "seasons:end": (SETTERS | {"manager", "supply"}, "post", OWN),
    "seasons:confirm": (SETTERS | {"supply"}, "post", OWN),
    "learning:page": (ALL, "get", {}),
    "learning:play": (ALL, "get", {"play": "listen"}),
    "learning:hold": (SETTERS, "post", {}),
    "learning:download": (ALL, "get", {"table": "put_off", "kind": "csv"}),
    "learning:download_cases": (ALL, "get", {"play": "listen", "kind": "csv"}),
    "plays:list": (SETTERS, "get", {}),
    "plays:add": (SETTERS, "get", {}),
    "plays:edit": (SETTERS, "get", {"name": "listen"}),
    "plays:service": (SETTERS, "post", {"name": "listen"}),
    "plays:built_in": (SETTERS, "post", {"name": "listen"}),
    "relations:company": (ALL, "get", {}),
    "relations:people": (ALL, "get", OWN),
    "relations:cells": (ALL, "post", OWN),
    "relations:add": (ALL, "get", OWN),
    "relations:level": (ALL, "get", OWN),
    "relations:criteria": (ALL, "get", OWN),
    "relations:contact": (ALL, "get", {**OWN, "pk": 1}),
    "relations:left": (ALL, "post", {**OWN, "pk": 1}),
    "relations:successor": (ALL, "get", {**OWN, "pk": 1}),
    "relations:merge": (ALL, "get", {"pk": 1}),
    "relations:merged": (ALL, "get", {"merge_id": 1}),
    "relations:data": (SETTERS, "get", {"pk": 1}),
    "relations:export": (SETTERS, "get", {"pk": 1}),
    "relations:erase": (SETTERS, "get", {"pk": 1}),
    "assistants:mcp": (OPEN, "post", {}),  # 404 while it is off; then by token alone
    "imports:list": (OFFICE, "get", {}),
    "imports:upload": (IMPORTERS, "post", {}),
    "imports:mapping": (IMPORTERS, "get", {"upload_id": "none"}),
    "imports:forget": (IMPORTERS, "post", {"upload_id": "none"}),
    "imports:outcome": (IMPORTERS, "get", {"upload_id": "none"}),
    "imports:alike": (OFFICE, "get", {}),
    "imports:find_codes": (OFFICE, "get", {}),
    "imports:decide": (OFFICE, "post", {}),
    "imports:assess": (OFFICE, "post", {}),
    "imports:work": (OFFICE, "get", {"job_id": "none"}),
    "imports:cancel": (IMPORTERS, "post", {"job_id": "none"}),
    "imports:report": (OFFICE, "get", {"import_id": "none"}),
    "imports:set_aside": (OFFICE, "get", {"import_id": "none", "kind": "csv"}),
    "imports:undo": (IMPORTERS, "get", {"import_id": "none"}),
}


# Addresses for programs are no pages and lead to no sign-in: tests/api says who gets what there.
PROGRAMS = "api"


def names(patterns: list[Any], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace == PROGRAMS:
                continue
            below = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, below)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"


def test_every_address_is_in_the_matrix() -> None:
    found = list(names(get_resolver().url_patterns))
    assert len(found) == len(set(found))
    assert set(found) == set(MATRIX)


def body(response: Any) -> str:
    """All of an answer's text; read to its end, a file is closed."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8-sig", errors="replace")


def answer(client: Client, name: str) -> str:
    """What somebody gets: `open`, `no`, or `sign in`."""
    _, method, parts = MATRIX[name]
    response = getattr(client, method)(reverse(name, kwargs=parts))
    body(response)
    assert response.status_code < 500
    if response.status_code == 302 and "/accounts/login/" in response.headers["Location"]:
        return "sign in"
    return "no" if response.status_code == 403 else "open"


@pytest.mark.parametrize("username", ROLES)
def test_each_role_gets_what_the_matrix_says(username: str, signed_in: Any, published: Any) -> None:
    for name, (who, _, _) in MATRIX.items():
        client = signed_in(username)
        expected = "open" if ROLES[username] in who else "no"
        assert answer(client, name) == expected, name


def test_no_role_is_left_out() -> None:
    from mainstay.desk.access.models import Role

    assert set(ROLES.values()) == set(Role.values)


def test_strangers_get_the_sign_in_page(published: Any, people: Any) -> None:
    for name, (who, _, _) in MATRIX.items():
        expected = "open" if "anonymous" in who else "sign in"
        assert answer(Client(), name) == expected, name


@pytest.mark.parametrize("username", ["minsu", "sora"])
def test_who_looks_after_accounts_finds_nothing_of_another_managers(
    username: str, signed_in: Any, published: Any
) -> None:
    client = signed_in(username)
    for name, (_, method, parts) in MATRIX.items():
        if "account_id" in parts:
            url = reverse(name, kwargs={**parts, "account_id": "A103"})
            assert getattr(client, method)(url).status_code == 404, name
    for url in (
        "/",
        "/week/",
        "/cases/",
        "/win-back/",
        "/win-back/back/",
        "/win-back/lost/download.csv",
        "/win-back/back/download.csv",
        "/standing/",
        "/keeping/",
        "/newcomers/",
        "/keeping/newcomers/download.csv",
        "/value/",
        "/team/load/",
        "/learning/",
        "/learning/plays/listen/",
        "/incentives/",
        "/incentives/?show=unapproved",
        "/accounts/",
        "/accounts/?q=한빛",
        "/find/?q=한빛",
        "/accounts/download.csv",
    ):
        assert "한빛산업" not in body(client.get(url)), url
