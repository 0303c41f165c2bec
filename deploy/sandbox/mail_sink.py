"""The sandbox's mail server: takes mail over STARTTLS or TLS, after a login, and sends it nowhere.

Its certificate is its own; who is to trust it names the file (`?ca=…` in the provider's address). It goes wrong in the
moods of `deploy.sandbox.sandbox_gateways`: `busy` and `refuse` at the recipient, `no-credit` as a refusal of this
sender, `unavailable` before anything, `cut`, `hang` and `garbage` after it has taken the mail.
"""

import asyncio
import base64
import email
import email.policy
import ipaddress
import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.sandbox.message_store import DELIVERED
from deploy.sandbox.sandbox_gateways import SLOW, SandboxGateways

ADDRESS: Final = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)
OFFER_STARTTLS = True
LARGEST_MAIL: Final = 2**20
AT_RECIPIENT: Final = {
    "busy": "450 4.2.0 <{address}>: come back later",
    "refuse": "550 5.1.1 <{address}>: no such mailbox",
    "no-credit": "550 5.7.1 <{address}>: relaying denied",
}


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine and its key, as files; those that are there are kept."""
    certificate, private = folder / "mail-certificate.pem", folder / "mail-key.pem"
    if certificate.exists() and private.exists():
        return certificate, private
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox")])
    hosts = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(*form))
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return certificate, private


class MailSink:
    """The server. `starttls`: offers it on a connection without TLS; otherwise TLS from the first byte."""

    def __init__(self, gateways: SandboxGateways, certificate: Path, private: Path, *, starttls: bool = True) -> None:
        self.gateways, self.starttls = gateways, starttls
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certificate, private)
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, port: int = 0) -> asyncio.Server:
        """Listen on this machine."""
        tls = None if self.starttls else self.context
        server = await asyncio.start_server(self._connected, "127.0.0.1", port, ssl=tls, limit=LARGEST_MAIL)
        self._servers.append(server)
        return server

    async def close(self) -> None:
        """Listen no more, and end what is open."""
        for server in self._servers:
            server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(Conversation(self, reader, writer).run())
        self._open.add(task)
        task.add_done_callback(self._open.discard)


class Conversation:
    """One connection."""

    def __init__(self, sink: MailSink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sink, self._reader, self._writer = sink, reader, writer
        self._secure, self._known, self._sender, self._recipient, self._mood = not sink.starttls, False, "", "", ""

    async def run(self) -> None:
        """Until either side ends it."""
        sink = self._sink
        sink.gateways.calls["mail connections"] += 1
        try:
            await self._say("220 sandbox ESMTP")
            while line := await self._reader.readline():
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if not await self._answer(verb.upper(), rest):
                    break
        except (ConnectionError, asyncio.LimitOverrunError, ssl.SSLError):
            pass  # the caller has gone, or cannot be understood
        finally:
            self._writer.transport.abort()  # waiting for an orderly end would wait for the other side

    async def _answer(self, verb: str, rest: str) -> bool:
        """Answer a command; whether the conversation goes on."""
        if verb in ("EHLO", "HELO"):
            starttls = ["STARTTLS"] if OFFER_STARTTLS else []
            offers = ["sandbox", *(["AUTH PLAIN"] if self._secure else starttls), "8BITMIME"]
            await self._say(*(f"250{'-' if one != offers[-1] else ' '}{one}" for one in offers))
        elif verb == "STARTTLS" and not self._secure:
            await self._say("220 go ahead")
            await self._writer.start_tls(self._sink.context)
            self._secure = True
        elif verb == "AUTH":
            await self._login(rest)
        elif verb == "QUIT":
            await self._say("221 bye")
            self._writer.close()
            return False
        elif verb in ("NOOP", "RSET"):
            await self._say("250 ok")
        elif not self._known:
            await self._say("530 5.7.0 login first")
        else:
            return await self._transfer(verb, rest)
        return True

    async def _login(self, rest: str) -> None:
        gateways = self._sink.gateways
        expected = base64.b64encode(f"\0{gateways.user}\0{gateways.secret}".encode()).decode()
        self._known = self._secure and rest == f"PLAIN {expected}"
        await self._say("235 welcome" if self._known else "535 5.7.8 wrong name or password")

    async def _transfer(self, verb: str, rest: str) -> bool:
        found = ADDRESS.match(rest)
        if verb == "MAIL" and found:
            self._mood = self._sink.gateways.mood("mail")
            if self._mood == "unavailable":
                await self._say("421 4.3.2 shutting down")
                return False
            self._sender = found[1]
            await self._say("250 ok")
        elif verb == "RCPT" and found and self._sender:
            self._recipient = found[1]
            await self._say(AT_RECIPIENT.get(self._mood, "250 ok").format(address=self._recipient))
        elif verb == "DATA" and self._recipient:
            await self._say("354 go on")
            mail = await self._reader.readuntil(b"\r\n.\r\n")
            return await self._take(mail.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n."))
        else:
            await self._say("503 5.5.1 not now")
        return True

    async def _take(self, mail: bytes) -> bool:
        read = email.message_from_bytes(mail, policy=email.policy.default)
        body = read.get_body(("plain",))
        kept = self._sink.gateways.store.take(
            "mail",
            "email",
            self._mood != "drop",
            key=str(read["Message-ID"]),
            address=self._recipient,
            title=str(read["Subject"]),
            text=body.get_content().replace("\r\n", "\n") if body is not None else "",
        )
        self._sink.gateways.store.say(kept.reference, DELIVERED)
        if self._mood == "slow":
            await asyncio.sleep(SLOW)
        if self._mood == "hang":
            await self._reader.read()
        if self._mood in ("cut", "hang"):
            return False
        await self._say("?" if self._mood == "garbage" else f"250 2.0.0 taken as {kept.reference}")
        self._sender = self._recipient = ""
        return True

    async def _say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self._writer.drain()
