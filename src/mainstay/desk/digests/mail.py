"""A digest as a mail, by the server that administrators set."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from mainstay.core.texts import gettext_noop
from mainstay.desk.digests.messengers import NotDelivered
from mainstay.desk.digests.models import Post, Security
from mainstay.desk.digests.sealing import opened

SECONDS = 15

_REFUSED = gettext_noop(
    "Nothing listens at {place}: check the mail server's name and port under People › Digests."
)
_NO_HOST = gettext_noop("There is no mail server “{host}”: check its name under People › Digests.")
_NO_ANSWER = gettext_noop(
    "The mail server at {place} did not answer within {seconds} seconds: check name and port, and whether "
    "a firewall stands between."
)
_CERTIFICATE = gettext_noop(
    "The certificate of the mail server at {place} can't be trusted: check the server's name, and who signed it."
)
_NO_TLS = gettext_noop(
    "The mail server at {place} does not speak TLS from the start: choose STARTTLS there, or port 465."
)
_TLS_FAILED = gettext_noop("TLS with the mail server at {place} failed: check encryption and port.")
_NO_STARTTLS = gettext_noop(
    "The mail server at {place} knows no STARTTLS: choose TLS from the start with port 465."
)
_NO_SIGN_IN = gettext_noop(
    "The mail server at {place} takes no name and password: choose STARTTLS or TLS, or leave them empty."
)
_SILENT = gettext_noop(
    "The mail server at {place} ended the connection before the mail was sent: check encryption and port."
)
_SILENT_IN_CLEAR = gettext_noop(
    "The mail server at {place} did not greet: where the port is 465, choose TLS from the start."
)
_OTHERWISE = gettext_noop(
    "The mail server at {place} did not answer as it should: check name, port and encryption."
)
_OF_THE_LINE: tuple[tuple[type[Exception], str], ...] = (
    (ConnectionRefusedError, _REFUSED),
    (socket.gaierror, _NO_HOST),
    (TimeoutError, _NO_ANSWER),
    (ssl.SSLCertVerificationError, _CERTIFICATE),
)


def send(post: Post, to: str, subject: str, text: str, html: str, *, settings_url: str) -> None:
    """Raises: NotDelivered"""
    connection = EmailBackend(
        host=post.mail_host,
        port=post.mail_port,
        username=post.mail_user,
        password=opened(post.mail_password),
        use_ssl=post.mail_security == Security.TLS,
        use_tls=post.mail_security == Security.STARTTLS,
        timeout=SECONDS,
    )
    message = EmailMultiAlternatives(
        subject,
        text,
        post.mail_from,
        [to],
        connection=connection,
        headers={"Auto-Submitted": "auto-generated", "List-Unsubscribe": f"<{settings_url}>"},
    )
    message.attach_alternative(html, "text/html")
    try:
        message.send()
    except smtplib.SMTPAuthenticationError:
        raise NotDelivered(
            gettext_noop("The mail server refused the desk's name or password.")
        ) from None
    except smtplib.SMTPRecipientsRefused:
        raise NotDelivered(gettext_noop("The mail server refused the recipient.")) from None
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(
            gettext_noop("The mail server refused the mail ({code})."), code=str(error.smtp_code)
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        said = _what_happened(error, Security(post.mail_security))
        place = f"{post.mail_host}:{post.mail_port}"
        raise NotDelivered(said, place=place, host=post.mail_host, seconds=SECONDS) from None
    finally:
        with suppress(smtplib.SMTPException, OSError):  # one that broke off is still open
            connection.close()


def _what_happened(error: Exception, security: Security) -> str:
    """Why there was no talk with the server, and what to check; nothing of what was sent is in it."""
    for kinds, said in _OF_THE_LINE:
        if isinstance(error, kinds):
            return said
    if isinstance(error, ssl.SSLError):
        return _NO_TLS if security == Security.TLS else _TLS_FAILED
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _NO_STARTTLS if "STARTTLS" in str(error) else _NO_SIGN_IN
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _SILENT if security == Security.TLS else _SILENT_IN_CLEAR
    return _OTHERWISE
