"""A digest as a mail, by the server that administrators set."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from mainstay.core.texts import gettext_noop
from mainstay.desk.digests.messengers import NotDelivered
from mainstay.desk.digests.models import Post, Security
from mainstay.desk.digests.sealing import opened

SECONDS = 15


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
    except (smtplib.SMTPException, OSError):
        raise NotDelivered(gettext_noop("The mail server did not answer as it should.")) from None
