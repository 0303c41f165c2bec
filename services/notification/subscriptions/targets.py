"""Which addresses may be called: the guard against calls into our own networks (SSRF).

Three steps, and none is repeated: the URL as it is written (`TargetRules.read`), the addresses that its name stands for
(`checked_addresses`), and the connection to one of exactly these (`calls.CheckedNetwork`).
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from services.notification.settings import NotificationSettings
from services.notification.subscriptions.problems import TargetRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host name; OSError where it has none."""

LOOK_UP_SECONDS: Final = 2.0
LOOK_UPS: Final = ThreadPoolExecutor(64, thread_name_prefix="look-up")
"""Threads of their own, and many: a name server that does not answer must not keep other names waiting."""

URL: Final = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>(?:/[^?#]*)?(?:\?[^#]*)?)", re.IGNORECASE)
AUTHORITY: Final = re.compile(r"(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?")
LABEL: Final = re.compile(r"(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LIKE_A_NUMBER: Final = re.compile(r"0x[0-9a-f]*|[0-9]+")
"""The last part of a host that some resolver would read as an IPv4 address: 127.1, 2130706433, 0x7f.1"""

NEVER: Final[tuple[Network, ...]] = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "169.254.0.0/16", "100.100.100.200/32", "192.0.0.192/32", "224.0.0.0/4", "240.0.0.0/4"),
            *(
                "::/128",
                "fe80::/10",
                "ff00::/8",
                "fd00:ec2::254/128",
                "::ffff:0:0/96",
                "64:ff9b::/96",
                "64:ff9b:1::/48",
            ),
        ),
    )
)
"""Not even with a setting: unspecified, link-local, multicast, metadata of clouds, IPv4 in IPv6's clothes."""
NOT_PUBLIC: Final[tuple[Network, ...]] = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"),
            *("192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
        ),
    )
)
"""Special-purpose networks of the IANA registries. They are listed here, since what `ipaddress` calls global has
changed between versions of Python.
"""
UNICAST_V6: Final = IPv6Network("2000::/3")
"""All of IPv6 that is public."""


@dataclass(frozen=True)
class Target:
    """A URL that may be called, taken apart: what is checked and what is connected to is the same."""

    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True)
class TargetRules:
    """Which hosts, ports and networks are allowed, as the settings say."""

    hosts: tuple[str, ...]
    ports: tuple[int, ...]
    networks: tuple[Network, ...]
    plain_http: bool

    @classmethod
    def of(cls, settings: NotificationSettings) -> "TargetRules":
        """From the settings."""
        return cls(
            settings.webhook_hosts, settings.webhook_ports, settings.webhook_networks, settings.webhook_plain_http
        )

    def read(self, url: str) -> Target:
        """The target of a URL. TargetRefused says in one sentence what is wrong with it."""
        if not re.fullmatch(r"[\x21-\x7e]+", url) or "\\" in url:
            raise TargetRefused("网址只能用半角的英文字母、数字和符号，不能有空格、反斜杠、中文或全角字符。")
        found = URL.fullmatch(url)
        scheme = found["scheme"].lower() if found else ""
        if found is None or (scheme == "http" and not self.plain_http):
            raise TargetRefused("网址须以 https:// 开头，且不带 # 之后的部分。")
        if "@" in found["authority"]:
            raise TargetRefused("网址里不能写用户名或密码（@）。")
        authority = AUTHORITY.fullmatch(found["authority"])
        if authority is None:
            raise TargetRefused("网址里的主机须写成普通的英文域名，例如 hooks.example.gov.cn。")
        host = self._host(authority["host"].lower())
        port = int(authority["port"] or (443 if scheme == "https" else 80))
        if port not in self.ports:
            raise TargetRefused(f"端口 {port} 不允许，只能用 {'、'.join(map(str, self.ports))}。")
        path = found["path"]
        return Target(scheme, host, port, path if path.startswith("/") else f"/{path}")

    def _host(self, host: str) -> str:
        """The host, if it is a name (or an address that is listed itself) that is allowed."""
        labels = host.split(".")
        if LIKE_A_NUMBER.fullmatch(labels[-1]):
            if host not in self.hosts:
                raise TargetRefused("网址里的主机须写域名，不能直接写 IP 地址。")
            return host
        if len(host) > 253 or not all(map(LABEL.fullmatch, labels)):
            raise TargetRefused("网址里的主机须写成普通的英文域名，不能用国际化域名（xn--），也不能以点结尾。")
        if not any(host == one or host.endswith(f".{one}") for one in self.hosts):
            raise TargetRefused(f"“{host}”不在允许推送的域名之内，请先由系统管理人员登记。")
        return host

    def allows(self, address: Address) -> bool:
        """Whether the address is public, or inside a network that the settings name."""
        if any(address in network for network in NEVER):
            return False
        if any(address in network for network in self.networks):
            return True
        if isinstance(address, IPv6Address) and address not in UNICAST_V6:
            return False
        return not any(address in network for network in NOT_PUBLIC)


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name as this machine finds them."""
    look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(LOOK_UPS, look_up)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


async def checked_addresses(rules: TargetRules, host: str, port: int, find: Resolve) -> list[Address]:
    """The addresses of a name, all of which are allowed: one that is not condemns the name. OSError: it has none."""
    addresses = [ip_address(one) for one in await find(host, port)]
    if not addresses:
        raise OSError(f"{host} has no address")
    if not all(map(rules.allows, addresses)):
        raise TargetRefused(f"“{host}”指向内部或保留的网络地址，不能向它推送。")
    return addresses


async def check_written(settings: NotificationSettings, url: str) -> None:
    """TargetRefused for a URL that could never be called. A name that is not found here is left to the worker."""
    rules = TargetRules.of(settings)
    target = rules.read(url)
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(LOOK_UP_SECONDS):
            await checked_addresses(rules, target.host, target.port, resolve)
