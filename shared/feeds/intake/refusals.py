"""Reasons to refuse a whole delivery: an error each, with one Chinese sentence, for all channels.

`shared/platform/deliveries/problems.py` says how HTTP answers them.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import structlog

log = structlog.get_logger()

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


class DeliveryRefused(Exception):
    """Nothing of the delivery is kept. ``detail`` is a sentence for the bureau, without personal data."""

    slug: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class FeedUnknown(DeliveryRefused):
    """The service does not take such a feed."""

    slug, title = "unknown-feed", "没有这个数据源"


class DeclarationInvalid(DeliveryRefused):
    """The declaration is missing, incomplete or inconsistent."""

    slug, title = "delivery-undeclared", "声明不完整或有误"


class FormatUnsupported(DeliveryRefused):
    """A file of a kind that is not read."""

    slug, title = "unsupported-format", "不支持的文件格式"


class EncodingUnsupported(DeliveryRefused):
    """The request's body is compressed."""

    slug, title = "unsupported-encoding", "不支持的内容编码"


class StorageFull(DeliveryRefused):
    """There is no room for the delivery; it may be sent again later (RFC 4918 section 11.5)."""

    slug, title = "storage-full", "存储空间不足"


class DeliveryTooLarge(DeliveryRefused):
    """The file has more bytes than the service takes."""

    slug, title = "delivery-too-large", "文件过大"


class DigestDiffers(DeliveryRefused):
    """The bytes received are not the bytes declared."""

    slug, title = "digest-mismatch", "摘要不一致"


class RowsDiffer(DeliveryRefused):
    """The file is truncated, or the declaration is wrong."""

    slug, title = "rows-mismatch", "行数不一致"


class DeliveryUnreadable(DeliveryRefused):
    """The file cannot be read under the feed's contract."""

    slug, title = "delivery-unreadable", "文件无法读取"


class OutsideCoverage(DeliveryRefused):
    """The rows contradict the declared region or year: it is unknown which of the two is wrong."""

    slug, title = "outside-coverage", "超出声明的范围"


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of the file system or of DuckDB says that the disk is full."""
    if isinstance(error, OSError):
        return error.errno in NO_SPACE
    import duckdb  # a worker that checks no file does not load it

    return isinstance(error, duckdb.Error) and any(
        words in str(error) for words in ("No space left on device", "Disk quota exceeded", "max_temp_directory_size")
    )


@contextmanager
def full_disk_refused(feed: str, region: str) -> Iterator[None]:
    """Raises StorageFull when the disk becomes full inside the block."""
    try:
        yield
    except Exception as error:
        if is_disk_full(error):
            log.exception("delivery_storage_full", feed=feed, region=region)
            raise storage_full() from error
        raise


def storage_full() -> StorageFull:
    """There is no room for the delivery now."""
    return StorageFull("服务器存储空间不足，本批数据未保存；请联系平台管理员清理空间后重新报送")


def too_large(limit: int) -> DeliveryTooLarge:
    """The file has more than `limit` bytes."""
    return DeliveryTooLarge(f"文件超过单次报送上限（{limit / 2**20:.0f} MiB）；请按区划或年度拆分后分批报送")


def reading_ended() -> DeliveryUnreadable:
    """The process that read the file died, or was ended because it took too much memory or time."""
    return DeliveryUnreadable(
        "读取这个文件时超出了内存或时间的限制，或读取中断，整批未采用；"
        "请检查文件是否异常（如行列极多、内容损坏），或另存为 UTF-8 编码的 CSV 后重新报送"
    )


def reading_died() -> DeliveryUnreadable:
    """The service itself died when it read the file before."""
    return DeliveryUnreadable(
        "上次检查这个文件时程序异常终止，为安全起见不再检查，未采用；请检查文件是否异常，更正后重新报送"
    )


def reading_failed() -> DeliveryUnreadable:
    """The program that reads files met something that it does not know."""
    return DeliveryUnreadable("读取这个文件时程序出错，整批未采用；请检查文件内容，仍不能报送的请联系平台管理员")


def digest_differs() -> DigestDiffers:
    """What was received is not what was declared."""
    return DigestDiffers("收到的文件内容与声明的 SHA-256 摘要不一致，整批拒收；请核对文件后重新报送")


def rows_differ(declared: int, counted: int) -> RowsDiffer:
    """Another number of rows than declared."""
    return RowsDiffer(f"声明 {declared} 行，文件中有 {counted} 行，整批拒收；请核对文件是否完整后重新报送")


def outside_region(rows: int, region: str) -> OutsideCoverage:
    """So many registration rows lie outside the declared region."""
    return OutsideCoverage(
        f"有 {rows} 行的区划代码不在声明的区划 {region} 之内，整批拒收；请更正声明的区划，或把这些行分开报送"
    )


def mainly_of_another_year(rows: int, commonest: int, year: int) -> OutsideCoverage:
    """Most rows are about another year than the declared one."""
    return OutsideCoverage(
        f"声明为 {year} 年度，文件中最多的却是 {commonest} 年度的数据（{rows} 行），整批拒收；"
        "请更正声明的年度，或按年度分开报送"
    )
