"""E-mail over SMTP: plain text, always encrypted and to a server whose certificate is verified.

A mail server takes no keys and tells no arrival: with its 250 the mail is on its way. What comes back later comes to
the mailbox of the sender; each such mail may be handed in as a receipt (`bounces`). The Message-ID follows from the
message's key, by which mailboxes recognise a repetition. Until the mail's end was sent nothing is taken; what breaks
after that is Unknown.
"""

import contextlib
import re
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import Final

import aiosmtplib
from aiosmtplib import SMTP

from services.notification.channels.bounces import read_bounce
from services.notification.channels.gateway import (
    Accepted,
    Busy,
    Outcome,
    Outgoing,
    Question,
    Receipt,
    Refusal,
    Unknown,
)
from services.notification.channels.receipts import check_secret
from services.notification.messages.domain import Channel
from services.notification.provider_urls import ADDRESS, ProviderUrl
from shared.outgoing_tls import trusted_tls

CONNECTIONS: Final = 4
ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
CLOSING: Final = 421
NO_MAILBOX: Final = frozenset({550, 551, 553})
"""Of recipients; an enhanced code that is not about the address (5.1.x) says that the server refuses us"""
KEY: Final = re.compile(r"[A-Za-z0-9-]+(:[A-Za-z0-9-]+)*")


class MailServer:
    """See `Provider`. Keeps up to four connections open between mails."""

    channel = Channel.EMAIL
    takes_keys = False
    gives_receipts = False
    at_once = CONNECTIONS

    def __init__(self, url: ProviderUrl) -> None:
        self.name, self.per_second = url.name, url.per_second
        self._url = url
        self._context = trusted_tls(url.options.get("ca"))
        self._free: list[SMTP] = []

    def carries(self, template_codes: Mapping[str, str]) -> bool:  # noqa: ARG002 - a mail server takes any words
        """See `Provider`."""
        return True

    async def send(self, outgoing: Outgoing) -> Outcome:
        """See `Provider`."""
        if not ADDRESS.fullmatch(outgoing.address):
            return Refusal("no-address", permanent=True)
        mail = written(outgoing, self._url.options["from"], self._url.options.get("sender", ""))
        while self._free:
            kept = self._free.pop()
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await kept.noop()  # servers end idle connections
                return await self._transfer(kept, outgoing.address, mail)
        opened = await self._connected()
        return await self._transfer(opened, outgoing.address, mail) if isinstance(opened, SMTP) else opened

    async def ask(self, question: Question) -> Receipt | None:  # noqa: ARG002 - a mail server knows nothing
        """See `Provider`."""
        return None

    def read_receipts(self, secret: str, body: bytes) -> Sequence[Receipt]:
        """See `Provider`. The body is one mail that came back, as it came."""
        check_secret(secret, self._url.options.get("receipts"))
        found = read_bounce(body, self._url.options["from"].partition("@")[2])
        return [found] if found is not None else []

    async def close(self) -> None:
        """See `Provider`."""
        for connection in self._free:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await connection.quit()
        self._free.clear()

    async def _connected(self) -> SMTP | Outcome:
        connection = SMTP(
            hostname=self._url.host,
            port=self._url.port,
            username=self._url.user,
            password=self._url.secret.get_secret_value(),
            local_hostname=self._url.options["from"].partition("@")[2],
            timeout=self._url.timeout,
            use_tls=self._url.kind == "smtps",
            start_tls=self._url.kind == "smtp",
            tls_context=self._context,
        )
        try:
            await connection.connect()
        except aiosmtplib.SMTPResponseException as error:
            return _refused(error, permanent=False)
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError) as error:
            return Refusal("tls", permanent=False) if _is_about_tls(error) else Busy()
        except aiosmtplib.SMTPException as error:  # no STARTTLS or no login is offered
            return Refusal("tls" if _is_about_tls(error) else "not-offered", permanent=False)
        except OSError as error:
            return Refusal("tls", permanent=False) if _is_about_tls(error) else Busy()
        return connection

    async def _transfer(self, connection: SMTP, address: str, mail: bytes) -> Outcome:
        """Hand the mail over. A connection that is still in order is kept for the next one."""
        outcome = await _handed_over(connection, self._url.options["from"], address, mail)
        if connection.is_connected and not isinstance(outcome, Unknown):
            if not isinstance(outcome, Accepted):
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    await connection.rset()
            self._free.append(connection)
        else:
            connection.close()
        return outcome


async def _handed_over(connection: SMTP, sender: str, address: str, mail: bytes) -> Outcome:
    try:
        await connection.mail(sender)
        await connection.rcpt(address)
    except aiosmtplib.SMTPRecipientRefused as error:
        enhanced = _enhanced(error.message)
        about_address = enhanced is None or enhanced.startswith("5.1.")
        return _refused(error, permanent=error.code in NO_MAILBOX and about_address, of_message=True)
    except aiosmtplib.SMTPResponseException as error:
        return _refused(error, permanent=False)
    except (aiosmtplib.SMTPException, OSError):
        return Busy()
    try:
        answer = await connection.data(mail)
    except aiosmtplib.SMTPDataError as error:
        return _refused(error, permanent=False, of_message=error.code >= 500)
    except (aiosmtplib.SMTPException, OSError) as error:
        return Unknown(type(error).__name__)  # its message may quote what was sent
    found = re.search(r"[A-Za-z0-9-]{8,64}", answer.message)
    return Accepted(found[0] if found else None)


def _refused(error: aiosmtplib.SMTPResponseException, *, permanent: bool, of_message: bool = False) -> Outcome:
    """A server's 4xx or 5xx. Its text is left out but for the enhanced code: it quotes the address. `of_message`: said
    of a recipient or of the words, unless the code says that the server takes nothing from us (421, x.7.x).
    """
    enhanced = _enhanced(error.message)
    of_message = of_message and error.code != CLOSING and not (enhanced or "").startswith("5.7.")
    if 400 <= error.code < 500:
        return Busy(of_message=of_message)
    if not 500 <= error.code < 600:
        return Unknown("unreadable")
    return Refusal(f"smtp-{error.code}" + (f"-{enhanced}" if enhanced else ""), permanent, of_message and not permanent)


def _enhanced(message: str) -> str | None:
    found = ENHANCED.match(message)
    return found[0] if found else None


def _is_about_tls(error: BaseException | None) -> bool:
    """Whether the server's certificate or its TLS is why."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def written(outgoing: Outgoing, sender: str, display: str) -> bytes:
    """The mail. What would break out of a header (line ends, control characters) becomes a blank."""
    mail = EmailMessage(policy=WIRE)
    name, _, domain = sender.partition("@")
    mail["From"] = Address(display_name=_line(display), username=name, domain=domain)
    mail["To"] = outgoing.address
    mail["Subject"] = _line(outgoing.title)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{message_number(outgoing.key)}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(outgoing.text, charset="utf-8", cte="base64")
    mail["Content-Language"] = "zh-CN"
    return mail.as_bytes()


def message_number(key: str) -> str:
    """A message's key as the left side of a Message-ID, where no colon may stand."""
    if not KEY.fullmatch(key):
        raise ValueError("no key of a message")
    return key.replace(":", ".")


def _line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
