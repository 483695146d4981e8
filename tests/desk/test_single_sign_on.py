"""Single sign-on: off unless set, and for nobody but those whom an administrator has entered.

The provider is a made-up one: what it would answer over the network is written down here.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from mainstay.core.errors import InvalidSetting
from mainstay.desk import oidc
from mainstay.desk.access import services, single_sign_on
from mainstay.desk.access.models import Event
from mainstay.desk.access.services import Person

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LOGIN, SSO, BACK = "/accounts/login/", "/accounts/sso/", "/accounts/sso/back/"
ISSUER = "https://id.example"
DORA = {"sub": "42", "email": "Dora.Lin@harbour.example", "email_verified": True, "name": "D."}


class Identities:
    """A provider with one person signed in to it; it keeps what it was asked."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = dict(DORA)
        self.broken: dict[str, Any] = {}
        self.sent: list[dict[str, Any]] = []

    def answer(self, method: str, url: str, **sent: Any) -> requests.Response:
        path = url.removeprefix(ISSUER)
        self.sent.append({"path": path, **sent})
        if path in self.broken:
            broken = self.broken[path]
            if isinstance(broken, Exception):
                raise broken
            return self._response(broken)
        return self._response(
            getattr(self, path.strip("/").replace(".well-known/", "").replace("-", "_"))()
        )

    def openid_configuration(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "jwks_uri": f"{ISSUER}/keys",
        }

    def token(self) -> dict[str, Any]:
        said = {"iss": ISSUER, "aud": "desk", "exp": time.time() + 60, "sub": self.claims["sub"]}
        return {"access_token": "a", "id_token": jwt.encode(said, "k" * 32, "HS256")}

    def userinfo(self) -> dict[str, Any]:
        return self.claims

    @staticmethod
    def _response(content: Any) -> requests.Response:
        made = requests.Response()
        made.status_code = 200
        made.headers["Content-Type"] = "application/json"
        made._content = requests.compat.json.dumps(content).encode()
        return made


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Identities:
    cache.clear()
    made = Identities()
    settings.SOCIALACCOUNT_PROVIDERS = oidc.provider(
        f"{ISSUER}/", "desk", "secret", name="Harbour ID"
    )
    monkeypatch.setattr(
        requests.Session,
        "request",
        lambda self, method, url, **sent: made.answer(method, url, **sent),
    )
    return made


@pytest.fixture
def dora(people: Any) -> Any:
    """Her address is entered."""
    said = Person("Dora Lin", "director", "", "dora.lin@HARBOUR.example")
    return services.change_user(people["ada"], people["dora"].pk, said)


def go_there(client: Client, **asked: str) -> dict[str, str]:
    """Follow the button to the provider; gives what it is asked."""
    answer = client.get(SSO, asked)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{ISSUER}/authorize?")
    return {
        name: one for name, (one,) in parse_qs(urlsplit(answer.headers["Location"]).query).items()
    }


def come_back(client: Client, **asked: str) -> Any:
    state = go_there(client, **asked)["state"]
    return client.get(BACK, {"code": "c", "state": state})


def is_in(client: Client) -> bool:
    return bool(client.get("/accounts/sessions/").status_code == 200)


def said(client: Client) -> str:
    return client.get(LOGIN).content.decode()


# ── off and on ──────────────────────────────────────────────────────────────


def test_it_is_off_unless_it_is_set(db: None, settings: Any) -> None:
    assert settings.SOCIALACCOUNT_PROVIDERS == {}
    assert "Sign in with" not in said(Client()).replace("Sign in with a passkey", "")
    assert Client().get(SSO).status_code == 404
    assert Client().get(BACK).status_code == 404


def test_the_button_leads_there_and_keeps_where_one_wanted_to_go(
    company: Identities, db: None
) -> None:
    page = Client().get(LOGIN, {"next": "/accounts/?q=a&b"}).content.decode()
    assert "Sign in with Harbour ID" in page
    assert f'href="{SSO}?next=%2Faccounts%2F%3Fq%3Da%26b"' in page
    asked = go_there(Client())
    assert asked["client_id"] == "desk"
    assert asked["redirect_uri"] == f"http://testserver{BACK}"
    assert asked["code_challenge_method"] == "S256"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ((ISSUER, "", ""), "MAINSTAY_OIDC_CLIENT_ID, MAINSTAY_OIDC_CLIENT_SECRET"),
        (("", "desk", "secret"), "MAINSTAY_OIDC_URL"),
        (("id.example", "desk", "secret"), "begins with https://"),
    ],
)
def test_half_of_it_is_named_when_the_desk_starts(parts: Any, missing: str) -> None:
    with pytest.raises(InvalidSetting, match=missing):
        oidc.provider(*parts)


# ── who is taken ────────────────────────────────────────────────────────────


def test_a_person_with_that_checked_address_comes_in_and_is_known_from_then_on(
    company: Identities, dora: Any
) -> None:
    client = Client()
    assert come_back(client, next="/accounts/").headers["Location"] == "/accounts/"
    assert is_in(client)
    assert SocialAccount.objects.get().user == dora
    assert Event.objects.get(verb="user.identity").after == {"identity": "dora.lin@harbour.example"}
    company.claims = {"sub": "42", "email": "new-name@harbour.example"}
    again = Client()
    come_back(again)
    assert is_in(again)
    assert company.sent[-2]["data"]["code_verifier"]


def test_a_sign_in_name_that_is_an_address_will_do(company: Identities, people: Any) -> None:
    services.add_user(people["ada"], "dora.lin@harbour.example", Person("D", "manager"))
    client = Client()
    come_back(client)
    # A one-time password is still to be changed.
    assert client.get("/").headers["Location"] == "/accounts/password/change/"


@pytest.mark.parametrize(
    "claims",
    [
        {**DORA, "email": "stranger@elsewhere.example"},
        {**DORA, "email_verified": False},
        {**DORA, "email_verified": "false"},
        {"sub": "42", "email": DORA["email"]},
        {"sub": "42", "preferred_username": "dora"},
        {"sub": "42", "preferred_username": "dora.lin@harbour.example"},
        {"sub": "42", "email": "", "email_verified": True},
        {"sub": "42", "email": ["dora.lin@harbour.example"], "email_verified": True},
    ],
)
def test_nobody_else_comes_in_or_signs_up(claims: Any, company: Identities, dora: Any) -> None:
    company.claims = claims
    client = Client()
    assert come_back(client).headers["Location"] == LOGIN
    page = said(client)
    assert "Nobody here has your e-mail address" in page or "did not work" in page
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_an_address_of_which_nothing_is_said_counts_where_that_is_set(
    company: Identities, dora: Any, settings: Any
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = oidc.provider(ISSUER, "desk", "secret", trust_email=True)
    company.claims = {"sub": "42", "email": DORA["email"], "email_verified": False}
    client = Client()
    come_back(client)
    assert not is_in(client)
    company.claims = {"sub": "42", "email": DORA["email"]}
    come_back(client)
    assert is_in(client)


def test_whoever_is_switched_off_stays_out(company: Identities, dora: Any, people: Any) -> None:
    come_back(Client())
    services.switch_user(people["ada"], dora.pk, on=False)
    client = Client()
    come_back(client)
    assert not is_in(client)
    assert "sign in any more" in said(client)


def test_another_address_unties_the_identity(company: Identities, dora: Any, people: Any) -> None:
    come_back(Client())
    services.change_user(
        people["ada"], dora.pk, Person("Dora", "director", "", "other@harbour.example")
    )
    client = Client()
    come_back(client)
    assert not is_in(client)


def test_nobody_ties_an_identity_to_themselves(
    company: Identities, dora: Any, signed_in: Any
) -> None:
    client = signed_in("minsu")
    come_back(client, process="connect")
    assert not SocialAccount.objects.exists()


def test_a_role_that_needs_a_second_factor_is_asked_for_it_here_too(
    company: Identities, dora: Any, settings: Any
) -> None:
    settings.MFA_ROLES = frozenset({"director"})
    client = Client()
    come_back(client)
    assert client.get("/").headers["Location"] == "/accounts/second-factor/"


def test_two_people_can_not_have_one_address(dora: Any, people: Any, signed_in: Any) -> None:
    with pytest.raises(InvalidSetting, match="is the address of dora already"):
        services.add_user(
            people["ada"], "new", Person("N", "manager", "", "DORA.LIN@harbour.example ")
        )
    with pytest.raises(InvalidSetting, match="no e-mail address"):
        services.add_user(people["ada"], "new", Person("N", "manager", "", "not one"))
    form = {"name": "Min", "role": "manager", "staff_id": "S1", "email": "dora.lin@harbour.example"}
    page = signed_in("ada").post(f"/people/{people['minsu'].pk}/", form).content.decode()
    assert "is the address of dora already" in page


# ── what goes wrong ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", requests.ConnectionError("no route")),
        ("/.well-known/openid-configuration", {}),
        ("/.well-known/openid-configuration", "nonsense"),
    ],
)
def test_a_provider_that_can_not_be_reached_is_no_error_of_ours(
    path: str, answer: Any, company: Identities, db: None
) -> None:
    company.broken[path] = answer
    client = Client()
    assert client.get(SSO).headers["Location"] == LOGIN
    assert "Single sign-on did not work" in said(client)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/token", requests.Timeout("slow")),
        ("/token", {"error": "invalid_grant"}),
        ("/token", {"access_token": "a", "id_token": "no token"}),
        ("/userinfo", {}),
        ("/userinfo", []),
        ("/userinfo", {"sub": None}),
    ],
)
def test_a_provider_that_answers_nonsense_lets_nobody_in(
    path: str, answer: Any, company: Identities, dora: Any
) -> None:
    company.broken[path] = answer
    client = Client()
    assert come_back(client).headers["Location"] == LOGIN
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_a_token_of_another_issuer_or_for_somebody_else_is_refused(
    company: Identities, dora: Any
) -> None:
    for wrong in ({"iss": "https://evil.example"}, {"aud": "other"}, {"exp": 1}):
        token = {"iss": ISSUER, "aud": "desk", "exp": time.time() + 60, "sub": "42", **wrong}
        company.broken["/token"] = {
            "access_token": "a",
            "id_token": jwt.encode(token, "k" * 32, "HS256"),
        }
        client = Client()
        come_back(client)
        assert not is_in(client), wrong


def test_called_off_or_forged_answers_lead_back(company: Identities, dora: Any) -> None:
    client = Client()
    state = go_there(client)["state"]
    answer = client.get(BACK, {"error": "access_denied", "state": state})
    assert answer.headers["Location"] == LOGIN
    for forged in ({"code": "c", "state": "forged"}, {}, {"code": "c"}):
        assert client.get(BACK, forged).headers["Location"] == LOGIN
    assert not is_in(client)


def test_the_page_knows_the_provider(company: Identities) -> None:
    assert single_sign_on.provider() == single_sign_on.Provider("Harbour ID", SSO)
