"""Reasons to refuse a whole delivery: one kind of error, with one Chinese sentence, for all channels."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import structlog

log = structlog.get_logger()

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


class DeliveryRefused(Exception):
    """Nothing of the delivery is kept. ``slug`` and ``status`` are the problem's type and HTTP status.

    ``detail`` is a sentence for the bureau, without personal data.
    """

    def __init__(self, status: int, slug: str, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.slug, self.title, self.detail = status, slug, title, detail


def disk_full() -> DeliveryRefused:
    """There is no room for the delivery; it may be sent again later (RFC 4918 section 11.5)."""
    return DeliveryRefused(
        507, "storage-full", "存储空间不足", "服务器存储空间不足，本批数据未保存；请联系平台管理员清理空间后重新报送"
    )


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of the file system or of DuckDB says that the disk is full."""
    if isinstance(error, OSError):
        return error.errno in NO_SPACE
    return isinstance(error, duckdb.Error) and any(
        words in str(error) for words in ("No space left on device", "Disk quota exceeded", "max_temp_directory_size")
    )


@contextmanager
def full_disk_refused(feed: str, region: str) -> Iterator[None]:
    """Raises DeliveryRefused (507) when the disk becomes full inside the block."""
    try:
        yield
    except Exception as error:
        if is_disk_full(error):
            log.exception("delivery_storage_full", feed=feed, region=region)
            raise disk_full() from error
        raise


def too_large(limit: int) -> DeliveryRefused:
    """The file has more bytes than the service takes."""
    return DeliveryRefused(
        413,
        "delivery-too-large",
        "文件过大",
        f"文件超过单次报送上限（{limit / 2**20:.0f} MiB）；请按区划或年度拆分后分批报送",
    )


def digest_differs() -> DeliveryRefused:
    """The bytes received are not the bytes declared."""
    return DeliveryRefused(
        422,
        "digest-mismatch",
        "摘要不一致",
        "收到的文件内容与声明的 SHA-256 摘要不一致，整批拒收；请核对文件后重新报送",
    )


def rows_differ(declared: int, counted: int) -> DeliveryRefused:
    """The file is truncated, or the declaration is wrong."""
    return DeliveryRefused(
        422,
        "rows-mismatch",
        "行数不一致",
        f"声明 {declared} 行，文件中有 {counted} 行，整批拒收；请核对文件是否完整后重新报送",
    )


def unreadable(why: str) -> DeliveryRefused:
    """The file cannot be read under the feed's contract."""
    return DeliveryRefused(422, "delivery-unreadable", "文件无法读取", why)


def outside_region(rows: int, region: str) -> DeliveryRefused:
    """Registration rows contradict the declared coverage: it is unknown which of the two is wrong."""
    return DeliveryRefused(
        422,
        "outside-coverage",
        "超出声明的范围",
        f"有 {rows} 行的区划代码不在声明的区划 {region} 之内，整批拒收；请更正声明的区划，或把这些行分开报送",
    )


def mainly_of_another_year(rows: int, commonest: int, year: int) -> DeliveryRefused:
    """Most rows are about another year than the declared one."""
    return DeliveryRefused(
        422,
        "outside-coverage",
        "超出声明的范围",
        f"声明为 {year} 年度，文件中最多的却是 {commonest} 年度的数据（{rows} 行），整批拒收；"
        "请更正声明的年度，或按年度分开报送",
    )
