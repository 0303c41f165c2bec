"""Checks one received file inside the child process that `FileChecker.check` starts for it (`shared.confined`).

Only the path, the declaration and, for the feed with id numbers, the key of their pseudonyms come in; the counts go
out, and what is to be stored lies in the folder `out`.
"""

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

# everything that reading may need is loaded once, before children are forked
import shared.feeds.reading.xlsx_reader  # noqa: F401
from shared.closed_duckdb import open_closed
from shared.confined import Ask
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedsError
from shared.feeds.intake.refusals import DeliveryUnreadable, is_disk_full, storage_full
from shared.feeds.validation.delivery import DeliveryReport, Judge, check_delivery
from shared.reference.personal_data import OperatorPseudonym

KNOWN = "known_household"
PATHS = ("accepted_path", "rejects_path", "rejected_keys_path")


@dataclass(frozen=True)
class CheckRequest:
    """What to check, and with how much. `spill`: a folder for what does not fit into memory; `known`: the codes of
    known households, None if that is not to be judged.
    """

    raw: Path
    feed: str
    name: str
    today: date
    out: Path
    pseudonym: OperatorPseudonym | None
    memory_limit: str
    threads: int | None
    spill: Path | None
    known: tuple[str, ...] | None = None

    def sent(self) -> "CheckRequest":
        """As it may leave the process: the key only where there are id numbers to be replaced."""
        return self if FEEDS[self.feed].has("operator_id") else replace(self, pseudonym=None)


def check_file(_ask: Ask, request: CheckRequest, judge: Judge | None = None) -> dict[str, Any]:
    """The report as JSON. Errors: DeliveryUnreadable, StorageFull."""
    try:
        folders = [request.raw.parent, request.out]
        with open_closed(
            folders, memory_limit=request.memory_limit, spill=request.spill, threads=request.threads
        ) as con:
            return _as_json(check_in(con, request, judge))
    except duckdb.OutOfMemoryException as error:
        raise DeliveryUnreadable(OUT_OF_MEMORY) from error
    except Exception as error:
        if is_disk_full(error):
            raise storage_full() from error
        raise


OUT_OF_MEMORY = "检查这个文件需要的内存超过上限，未采用；请按区划或年度拆分后分批报送"


def check_in(con: duckdb.DuckDBPyConnection, request: CheckRequest, judge: Judge | None = None) -> DeliveryReport:
    """The check itself, over an open connection. DeliveryUnreadable when the file breaks the feed's contract."""
    try:
        return _checked(con, request, judge)
    except FeedsError as error:
        raise DeliveryUnreadable(str(error)) from error


def _checked(con: duckdb.DuckDBPyConnection, request: CheckRequest, judge: Judge | None) -> DeliveryReport:
    if request.known is not None:
        con.execute(f"CREATE TABLE {KNOWN} AS SELECT unnest($codes::VARCHAR[]) AS uscc", {"codes": list(request.known)})
    return check_delivery(
        request.raw,
        request.feed,
        today=request.today,
        registered=None if request.known is None else KNOWN,
        pseudonym=request.pseudonym or OperatorPseudonym(secrets.token_bytes(32)),
        con=con,
        out=request.out,
        name=request.name,
        judge=judge,
    )


def _as_json(report: DeliveryReport) -> dict[str, Any]:
    return {name: str(value) if name in PATHS else value for name, value in asdict(report).items()}


def report_from(told: dict[str, Any], out: Path) -> DeliveryReport:
    """The report that a child told; whatever paths it names, they are those of the files in `out`."""
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    plain |= {name: out / Path(plain[name]).name for name in PATHS}
    return DeliveryReport(**plain)
