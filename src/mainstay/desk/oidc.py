"""Single sign-on by OpenID Connect: what the environment says, as the settings want it."""

from __future__ import annotations

from typing import Any

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

PROVIDER = "company"  # a company has one; part of what ties an identity to a person


def provider(
    url: str, client_id: str, client_secret: str, *, name: str = "", trust_email: bool = False
) -> dict[str, Any]:
    """allauth's settings of the one provider; empty where none is set.

    url: the issuer, or the address of its openid-configuration
    trust_email: take addresses of which the provider doesn't say whether it checked them
    Raises: InvalidSetting where a part is missing
    """
    parts = {
        "MAINSTAY_OIDC_URL": url.strip(),
        "MAINSTAY_OIDC_CLIENT_ID": client_id.strip(),
        "MAINSTAY_OIDC_CLIENT_SECRET": client_secret.strip(),
    }
    if not any(parts.values()):
        return {}
    if missing := [part for part, value in parts.items() if not value]:
        raise InvalidSetting(
            gettext_noop("Single sign-on needs {missing} too; set it, or none of them."),
            missing=", ".join(missing),
        )
    url = parts["MAINSTAY_OIDC_URL"].rstrip("/")
    if not url.startswith(("https://", "http://")):
        raise InvalidSetting(
            gettext_noop("MAINSTAY_OIDC_URL “{url}” is no address; it begins with https://."),
            url=url,
        )
    app = {
        "provider_id": PROVIDER,
        "name": name.strip() or "OpenID Connect",
        "client_id": parts["MAINSTAY_OIDC_CLIENT_ID"],
        "secret": parts["MAINSTAY_OIDC_CLIENT_SECRET"],
        "settings": {"server_url": url, "trust_email": trust_email},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
