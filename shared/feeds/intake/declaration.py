"""What a bureau declares with a delivery: feed, bureau, coverage, mode, rows and the SHA-256 of the bytes.

Over HTTP the digest is `Content-Digest: sha-256=:<base64>:` (RFC 9530), the rows `Minglu-Rows`, the format the
`Content-Type`; a watched folder's manifest says the same in JSON.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import ClassVar, Literal

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.refusals import DeclarationInvalid, FeedUnknown, FormatUnsupported
from shared.reference.regions import is_region

Mode = Literal["full", "incremental"]
Channel = Literal["upload", "folder", "pull", "move"]

FORMATS = {
    "text/csv": ".csv",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
CONTENT_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):\s*(?:;[^,]*)?(?=,|$)")


@dataclass(frozen=True)
class Declaration:
    """A delivery as declared; each service has a subclass that names the feeds that it takes.

    ``year`` None: the feed has no years, or the file holds all of them. ``sha256`` is in lower-case
    hexadecimal, ``suffix`` names the format (.csv, .parquet, .xlsx).
    """

    service: ClassVar[str]
    """The service's Chinese name in messages to bureaus."""
    taken: ClassVar[tuple[str, ...]]
    """The feeds that it takes."""

    feed: str
    bureau: str
    region: str
    year: int | None
    mode: Mode
    rows: int
    sha256: str
    suffix: str
    channel: Channel = "upload"

    def __post_init__(self) -> None:
        """FeedUnknown or DeclarationInvalid for a declaration that is invalid in itself."""
        if self.feed not in self.taken:
            raise FeedUnknown(
                f"{self.service}不接收数据源“{self.feed[:40]}”；可报送：{'、'.join(self.taken)}",
            )
        if not is_region(self.region):
            raise DeclarationInvalid(f"没有区划“{self.region}”：请填省（2 位）、市（4 位）或县（6 位）的区划代码")
        if self.year is not None and not FEEDS[self.feed].has("year"):
            raise DeclarationInvalid(f"数据源“{FEEDS[self.feed].title}”不分年度，请不要声明 year")

    def details(self) -> dict[str, object]:
        """What was declared, as the audit keeps it."""
        names = ("feed", "bureau", "year", "mode", "rows", "sha256", "channel")
        return {name: getattr(self, name) for name in names}


def digest_of(header: str) -> str:
    """The SHA-256 in hexadecimal that a Content-Digest header declares; other algorithms are ignored."""
    match = CONTENT_DIGEST.search(header)
    try:
        digest = base64.b64decode(match.group(1), validate=True) if match else b""
    except binascii.Error:
        digest = b""
    if len(digest) != 32:
        raise DeclarationInvalid("请在 Content-Digest 中给出文件的 SHA-256 摘要，形如 sha-256=:Base64:（RFC 9530）")
    return digest.hex()


def suffix_of(content_type: str) -> str:
    """The file suffix for a Content-Type; CSV in another encoding than UTF-8 is refused."""
    kind, _, parameters = content_type.partition(";")
    suffix = FORMATS.get(kind.strip().lower())
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters, re.IGNORECASE)
    if suffix is None or (charset and charset.group(1).lower() not in ("utf-8", "utf8", "us-ascii")):
        raise FormatUnsupported(
            f"请以 Content-Type 声明格式：{'、'.join(FORMATS)}；CSV 须为 UTF-8 编码",
        )
    return suffix
