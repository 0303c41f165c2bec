"""Opens a file of a feed by its suffix."""

from shared.feeds.errors import FeedsError
from shared.feeds.opened import Incoming, Part
from shared.feeds.reading_csv import read_csv
from shared.feeds.reading_parquet import read_parquet


def open_part(incoming: Incoming, *, in_place: bool = True) -> Part:
    """The rows of a file; `in_place` False stages Parquet too, cleaning its texts. Raises FeedsError."""
    if not incoming.path.is_file():
        raise FeedsError(f"没有这个文件：{incoming.name}。")
    match incoming.path.suffix.lower():
        case ".parquet":
            return read_parquet(incoming, in_place=in_place)
        case ".csv":
            return read_csv(incoming)
        case ".xlsx":
            from shared.feeds.reading_xlsx import read_xlsx  # rarely needed, so loaded late

            return read_xlsx(incoming)
    raise FeedsError(f"文件{incoming.name}的格式不受支持：应为CSV、Parquet或XLSX。")
