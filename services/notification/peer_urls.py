"""The systems that results are published to, as settings: an address each, read and checked before anything is sent.
Its errors quote no value.

    https://USER:SECRET@host/base?page=5000&per_second=20&timeout=20&region=41
    http://USER:SECRET@127.0.0.1:8096/province-directory
    files:?region=41&page=20000

What these signs mean elsewhere (`:/?#@%&+`) is percent-encoded. HTTP carries USER and SECRET in headers, so that they
have no blanks, no line breaks and nothing beyond ASCII, also when encoded.

| option | what it says | otherwise |
|---|---|---|
| `page` | records that the system takes at once, 1 to 20,000; of `files:` those of one file | 5000 |
| `per_second` | calls that it takes in a second | 20 |
| `timeout` | seconds that it may take to answer | 20 |
| `region` | region (2, 4 or 6 digits) whose records it takes | all of them |
| `ca` | file with certificates of the authorities that it is checked against | the machine's |
| `plain` | `yes`: without TLS also to another machine, inside a network that is encrypted by other means | `no` |

`files:` is a system that takes files only; it has `page` and `region`.
"""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from pydantic import AfterValidator, SecretStr

OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    "https": frozenset({"page", "per_second", "timeout", "region", "ca"}),
    "http": frozenset({"page", "per_second", "timeout", "region", "plain"}),
    "files": frozenset({"page", "region"}),
}
"""Options by scheme"""
THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
LARGEST_PAGE: Final = 20_000
REGION: Final = re.compile(r"[1-9][0-9](?:[0-9]{2}){0,2}")
CARRIED: Final = re.compile(r"[!-~]+")
"""What a header can say"""
NEEDED: Final = "https://USER:SECRET@host/base?… or files:?… is needed, other signs percent-encoded"


@dataclass(frozen=True)
class PeerUrl:
    """A system's address, taken apart. `base`: scheme, host, port and path without a slash at the end; empty for a
    system that takes files only.
    """

    base: str
    user: str = field(repr=False)
    secret: SecretStr
    page: int
    per_second: float
    timeout: float
    region: str
    ca: str | None

    @property
    def files_only(self) -> bool:
        """Whether nothing can be called there."""
        return not self.base

    @property
    def encrypted(self) -> bool:
        """Whether there is a certificate to check."""
        return self.base.startswith("https:")


def parse_peer(setting: SecretStr) -> PeerUrl:
    """The system that an address names; ValueError says what is wrong, without the address."""
    try:
        parts = urlsplit(setting.get_secret_value().strip())
        host, port = parts.hostname, parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ValueError(NEEDED) from None
    if parts.scheme not in OPTIONS or parts.fragment:
        raise ValueError(NEEDED)
    _check_options(parts.scheme, options)
    base = ""
    if parts.scheme == "files":
        if parts.netloc or parts.path:
            raise ValueError("files: names no host and no path, only options")
    elif host is None or not parts.username or not parts.password:
        raise ValueError(NEEDED)
    elif parts.scheme == "http" and host not in THIS_MACHINE and options.get("plain") != "yes":
        raise ValueError("without TLS only this machine may be addressed, or another one with plain=yes")
    else:
        authority = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        base = f"{parts.scheme}://{authority}{parts.path.rstrip('/')}"
        _check_callable(base)
    user, secret = unquote(parts.username or ""), unquote(parts.password or "")
    if base and not (CARRIED.fullmatch(user) and CARRIED.fullmatch(secret)):
        raise ValueError("user and secret have visible ASCII signs only: no blank, no line break, nothing Chinese")
    return PeerUrl(
        base=base,
        user=user,
        secret=SecretStr(secret),
        page=_page(options.get("page", "5000")),
        per_second=_positive(options, "per_second"),
        timeout=_positive(options, "timeout"),
        region=options.get("region", ""),
        ca=options.get("ca"),
    )


def _check_callable(base: str) -> None:
    try:
        httpx.URL(base)
    except (httpx.InvalidURL, ValueError):
        raise ValueError(NEEDED) from None


def _check_options(scheme: str, options: Mapping[str, str]) -> None:
    if not options.keys() <= OPTIONS[scheme]:
        raise ValueError(f"an option that is none: {scheme} may have {', '.join(sorted(OPTIONS[scheme]))}")
    if options.get("plain", "no") not in ("yes", "no"):
        raise ValueError("plain is yes or no")
    if "region" in options and not REGION.fullmatch(options["region"]):
        raise ValueError("region is a region's code of 2, 4 or 6 digits")
    if "ca" in options:
        try:
            ssl.create_default_context(cafile=options["ca"])
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            raise ValueError("ca is a file with certificates") from None


def _page(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= LARGEST_PAGE:
        raise ValueError(f"page is a number from 1 to {LARGEST_PAGE}")
    return int(value)


def _positive(options: Mapping[str, str], name: str) -> float:
    try:
        value = float(options.get(name, "20"))
    except ValueError:
        value = 0.0
    if not 0 < value <= 1000:
        raise ValueError(f"{name} is a number above 0, up to 1000")
    return value


def _system(setting: SecretStr) -> SecretStr:
    parse_peer(setting)
    return setting


def _called(setting: SecretStr) -> SecretStr:
    if parse_peer(setting).files_only:
        raise ValueError("this one is asked, which files cannot be: https://USER:SECRET@host/base is needed")
    return setting


PeerAddress = Annotated[SecretStr, AfterValidator(_system)]
"""A system that is called, or that takes files only"""
CalledPeerAddress = Annotated[SecretStr, AfterValidator(_called)]
