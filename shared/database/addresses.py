"""The address of a PostgreSQL database, and how the way to it is protected.

    postgresql+asyncpg://role:password@127.0.0.1:5432/name                                      on this machine
    postgresql+asyncpg://role:password@host:5432/name?sslmode=verify-full&sslrootcert=/ca.pem   anywhere else

Whatever opens a connection (engines, pools, COPY, LISTEN, leases, migrations, embedded log) takes its arguments from
here, so that none is forgotten: beyond this machine there is no connection without TLS, and none to a server whose
certificate was not verified. `sslrootcert` names the CA's certificates, by default those of the system; `sslcert` and
`sslkey` are a certificate of our own, where the server asks for one. The driver's name `+asyncpg` may be left out.
"""

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

NEEDED = "postgresql+asyncpg://role:password@host:port/name is needed, with special signs percent-encoded"
TLS_OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey"})
MODES = frozenset({"disable", "verify-full"})
"""Modes between the two encrypt for whoever answers, which protects nothing: they are refused."""


@dataclass(frozen=True)
class DatabaseAddress:
    """`url` without options of TLS; `tls` is None on this machine."""

    url: URL
    tls: ssl.SSLContext | None

    def connect_options(self, application: str | None = None) -> dict[str, Any]:
        """Keyword arguments of `asyncpg.connect`."""
        options: dict[str, Any] = {
            "host": self.url.host,
            "port": self.url.port,
            "user": self.url.username,
            "password": self.url.password,
            "database": self.url.database,
            "ssl": self.tls or False,
        }
        if application is not None:
            options["server_settings"] = {"application_name": application}
        return options


def database_address(url: str | SecretStr) -> DatabaseAddress:
    """The address that a setting names. ValueError says what is wrong, without the URL, which holds a password."""
    text = url.get_secret_value() if isinstance(url, SecretStr) else url
    try:
        parsed = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError(NEEDED) from None
    if parsed.drivername not in {"postgresql", "postgresql+asyncpg"} or not parsed.host or not parsed.database:
        raise ValueError(NEEDED)
    options = dict(parsed.query)
    if unknown := sorted(set(options) - TLS_OPTIONS):
        raise ValueError(f"unknown options of the database's URL: {', '.join(unknown)}; known are {_known()}")
    protected = _tls(parsed.host, options)
    return DatabaseAddress(parsed.set(drivername="postgresql+asyncpg", query={}), protected)


def _tls(host: str, options: Mapping[str, str | tuple[str, ...]]) -> ssl.SSLContext | None:
    given = {name: value for name, value in options.items() if isinstance(value, str)}
    if len(given) < len(options):
        raise ValueError("an option of the database's URL is given twice")
    mode = given.get("sslmode", "verify-full" if given or not is_this_machine(host) else "disable")
    if mode not in MODES:
        raise ValueError("sslmode is verify-full, or disable on this machine; others do not verify the server")
    if mode == "verify-full":
        return _context(given)
    if not is_this_machine(host):
        raise ValueError("without TLS only a database on this machine may be addressed: sslmode=verify-full is needed")
    if len(given) > 1:
        raise ValueError("certificates are named, but sslmode=disable uses none")
    return None


def _context(given: Mapping[str, str]) -> ssl.SSLContext:
    if "sslkey" in given and "sslcert" not in given:
        raise ValueError("sslkey needs the certificate that it belongs to: sslcert")
    try:
        context = ssl.create_default_context(cafile=given.get("sslrootcert"))
    except OSError:  # no such file, and ssl.SSLError, which is one
        raise ValueError("sslrootcert is no readable file with certificates (PEM)") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate := given.get("sslcert"):
        try:
            context.load_cert_chain(certificate, given.get("sslkey"))
        except OSError:
            raise ValueError("sslcert and sslkey are no readable certificate with its key (PEM)") from None
    return context


def is_this_machine(host: str) -> bool:
    """Whether nobody else can listen on the way to the host: loopback, or a folder of sockets."""
    if host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _known() -> str:
    return ", ".join(sorted(TLS_OPTIONS))
