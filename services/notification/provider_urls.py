"""Providers as settings: an address each, read and checked before anything is sent. Its errors quote no value.

    aliyun://KEY_ID:…@dysmsapi.aliyuncs.com?sign=…&receipts=…
    tencent://SECRET_ID:…@sms.tencentcloudapi.com?sign=…&app=1400…&region=ap-guangzhou&receipts=…
    sandbox+http://USER:…@127.0.0.1:8094?receipts=…&keys=yes
    smtp://USER:…@host:587?from=…          STARTTLS, which the server must offer
    smtps://USER:…@host:465?from=…         TLS from the first byte

What these signs mean elsewhere (`:/?#@%&+`, blanks, Chinese) is percent-encoded. `receipts`: the secret of call-backs,
`…/v1/receipts/NAME?secret=…`. Every provider has a `name` for good (without one, its kind) and may have `per_second`
and `timeout` (seconds). `+http` without TLS is for this machine only.
"""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import AfterValidator, SecretStr

COMMON: Final = frozenset({"name", "per_second", "timeout"})
NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "aliyun": frozenset({"sign"}),
    "tencent": frozenset({"sign", "app"}),
    "sandbox": frozenset(),
    "smtp": frozenset({"from"}),
    "smtps": frozenset({"from"}),
}
"""Kinds of providers with the options that each cannot do without."""
POSSIBLE: Final[Mapping[str, frozenset[str]]] = {
    "aliyun": frozenset({"receipts"}),
    "tencent": frozenset({"receipts", "region"}),
    "sandbox": frozenset({"receipts", "keys"}),
    "smtp": frozenset({"sender", "ca", "receipts"}),
    "smtps": frozenset({"sender", "ca", "receipts"}),
}
SMS_KINDS: Final = frozenset({"aliyun", "tencent", "sandbox"})
BY_TEMPLATE: Final = frozenset({"aliyun", "tencent"})
"""Kinds that carry only words whose registered template they are told by its code"""
EMAIL_KINDS: Final = frozenset({"smtp", "smtps"})
THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
CARRIED: Final = re.compile(r"[!-~]+")
"""What a header can say"""
NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class ProviderUrl:
    """A provider's address, taken apart."""

    kind: str
    name: str
    host: str
    port: int | None
    encrypted: bool
    user: str = field(repr=False)
    secret: SecretStr
    per_second: float
    timeout: float
    options: Mapping[str, str] = field(repr=False)

    @property
    def authority(self) -> str:
        """Host, and port where one is given: the Host header of HTTP requests."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host

    @property
    def base(self) -> str:
        """Of HTTP requests."""
        return f"{'https' if self.encrypted else 'http'}://{self.authority}"


def parse_provider(setting: SecretStr) -> ProviderUrl:
    """The provider that an address names; ValueError says what is wrong, without the address."""
    try:
        parts = urlsplit(setting.get_secret_value().strip())
        host, port = parts.hostname, parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ValueError("no provider's address: kind://user:…@host?option=value is needed") from None
    kind, _, plain = parts.scheme.partition("+")
    if kind not in NEEDED or plain not in ("", "http") or (plain and kind in EMAIL_KINDS):
        raise ValueError(f"unknown kind of provider; known are {', '.join(NEEDED)}")
    if host is None or not parts.username or not parts.password or parts.path.strip("/") or parts.fragment:
        raise ValueError("kind://user:…@host?option=value is needed, other signs percent-encoded")
    if plain and host not in THIS_MACHINE:
        raise ValueError("without TLS only this machine may be addressed")
    _check_options(kind, options)
    if kind in BY_TEMPLATE and not CARRIED.fullmatch(unquote(parts.username)):
        raise ValueError("the key's id, which HTTP carries in a header, has visible ASCII signs only")
    return ProviderUrl(
        kind=kind,
        name=options.get("name", kind),
        host=host,
        port=port,
        encrypted=not plain,
        user=unquote(parts.username),
        secret=SecretStr(unquote(parts.password)),
        per_second=_positive(options, "per_second", 20.0),
        timeout=_positive(options, "timeout", 10.0),
        options=options,
    )


def _check_options(kind: str, options: Mapping[str, str]) -> None:
    missing = sorted(one for one in NEEDED[kind] if not options.get(one))
    if missing:
        raise ValueError(f"a provider of kind {kind} needs {', '.join(missing)}")
    allowed = COMMON | NEEDED[kind] | POSSIBLE[kind]
    if not options.keys() <= allowed:
        raise ValueError(f"an option that is none: a provider of kind {kind} may have {', '.join(sorted(allowed))}")
    if not NAME.fullmatch(options.get("name", kind)):
        raise ValueError("name has 1 to 40 small letters, digits or -")
    if "from" in options and not ADDRESS.fullmatch(options["from"]):
        raise ValueError("from is an e-mail address")
    if options.get("keys", "yes") not in ("yes", "no"):
        raise ValueError("keys is yes or no")
    if "ca" in options:
        try:
            ssl.create_default_context(cafile=options["ca"])
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            raise ValueError("ca is a file with certificates") from None
    if "receipts" in options and len(options["receipts"]) < 16:
        raise ValueError("receipts, the secret of call-backs, has at least 16 characters")


def _positive(options: Mapping[str, str], name: str, otherwise: float) -> float:
    try:
        value = float(options.get(name, otherwise))
    except ValueError:
        value = 0.0
    if not 0 < value <= 10_000:
        raise ValueError(f"{name} is a number above 0")
    return value


def _sms(setting: SecretStr) -> SecretStr:
    if parse_provider(setting).kind not in SMS_KINDS:
        raise ValueError(f"SMS need one of {', '.join(sorted(SMS_KINDS))}")
    return setting


def _email(setting: SecretStr) -> SecretStr:
    if parse_provider(setting).kind not in EMAIL_KINDS:
        raise ValueError(f"e-mail needs one of {', '.join(sorted(EMAIL_KINDS))}")
    return setting


SmsProviderUrl = Annotated[SecretStr, AfterValidator(_sms)]
EmailProviderUrl = Annotated[SecretStr, AfterValidator(_email)]
