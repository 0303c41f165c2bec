"""The address of a Kafka cluster, and how the way to it is protected.

    kafka://127.0.0.1:9092                                              on this machine
    kafka+ssl://user:password@host:9094,host2:9094?ca=/ca.pem           anywhere else: TLS, and SCRAM-SHA-512

Beyond this machine nothing is sent in the clear, and nothing to a broker whose certificate was not verified. `ca`
names the CA's certificates (PEM), by default those of the system. The one exception is a network that nobody else can
reach, and the address has to say so: `kafka://kafka:9092?network=private`.
"""

import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from shared.database.addresses import is_this_machine

NEEDED = (
    "kafka://127.0.0.1:port on this machine, or kafka+ssl://user:password@host:port,host:port?ca=/ca.pem is needed, "
    "with special signs percent-encoded"
)
MECHANISM = "SCRAM-SHA-512"


@dataclass(frozen=True)
class KafkaAddress:
    """`servers` is `host:port,host:port`; `tls` is None where the way is not encrypted."""

    servers: str
    tls: ssl.SSLContext | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def client_options(self) -> dict[str, Any]:
        """Keyword arguments of each of aiokafka's clients."""
        options: dict[str, Any] = {"bootstrap_servers": self.servers}
        if self.tls is None:
            return options
        return options | {
            "security_protocol": "SASL_SSL",
            "ssl_context": self.tls,
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
        }


def kafka_address(url: str) -> KafkaAddress:
    """The address that a setting names. ValueError says what is wrong, without the URL, which holds a password."""
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    login, _, servers = place.rpartition("@")
    pairs = parse_qsl(query, keep_blank_values=True)
    options = dict(pairs)
    if scheme not in {"kafka", "kafka+ssl"} or not all(map(_has_port, servers.split(","))):
        raise ValueError(NEEDED)
    if len(options) < len(pairs) or options.keys() - ({"ca"} if scheme == "kafka+ssl" else {"network"}):
        raise ValueError("options of the bus's URL: ca once with kafka+ssl, network=private once with kafka")
    if scheme == "kafka":
        return _in_the_clear(servers, login, options.get("network"))
    user, _, password = login.partition(":")
    if not user or not password:
        raise ValueError(NEEDED)
    return KafkaAddress(servers, _context(options.get("ca")), unquote(user), unquote(password))


def _in_the_clear(servers: str, login: str, network: str | None) -> KafkaAddress:
    if login:
        raise ValueError("a password is never sent in the clear: kafka+ssl:// is needed")
    if network not in {None, "private"}:
        raise ValueError("network is private, or not given")
    if network is None and not all(is_this_machine(_host(server)) for server in servers.split(",")):
        raise ValueError("without TLS only a bus on this machine may be addressed: kafka+ssl:// is needed")
    return KafkaAddress(servers)


def _host(server: str) -> str:
    return server.rpartition(":")[0].strip("[]")


def _has_port(server: str) -> bool:
    host, _, port = server.rpartition(":")
    return bool(host) and port.isdecimal()


def _context(ca: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError:  # no such file, and ssl.SSLError, which is one
        raise ValueError("ca is no readable file with certificates (PEM)") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
