"""A correction's arrival: unsealed, held against its event, checked by the feed's own rules, stored as a delivery of
one row. Whatever is wrong with it is a `CorrectionRefused` with a reason that repeats nothing of the row.
"""

import csv
import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from services.typing.corrections.domain import CorrectionRefused, Row
from services.typing.deliveries.domain import REGISTRATION, is_yearly
from services.typing.deliveries.intake import TypingDeclaration, ValidatedDelivery, validate_delivery
from shared.contracts.objection import EvidenceCorrected, SealedCorrection
from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS
from shared.feeds.contract.model import FeedContract
from shared.feeds.intake.context import FileChecker
from shared.feeds.intake.refusals import DeliveryRefused
from shared.platform.sealed_messages import SealBrokenError, SealOpener, UnknownSealingKeyError

BUREAU = "异议处理"
"""Who delivers a corrected row."""


@dataclass(frozen=True)
class StoredRow:
    """A corrected row in the store, and the columns that the objection corrected, named as in the stored file."""

    columns: list[str]
    accepted_file: str
    rejects_file: str
    rejected_keys_file: str


def unsealed(seals: SealOpener, corrected: EvidenceCorrected) -> SealedCorrection:
    """What the event seals; refused if it cannot be opened, or was sealed for another correction or household.

    UnknownSealingKeyError when typing holds no such key: that is no fault of the correction.
    """
    try:
        inside = seals.open(corrected.sealed, SealedCorrection)
    except UnknownSealingKeyError:  # the keys are to be mended, then the event is replayed
        raise
    except SealBrokenError as error:
        raise CorrectionRefused("更正内容无法解密：不是为分型服务加密的，或在途中被改动") from error
    outside = (corrected.correction, corrected.objection, corrected.uscc, corrected.feed)
    if (inside.correction, inside.objection, inside.uscc, inside.feed) != outside:
        raise CorrectionRefused("加密内容属于另一项更正或另一户，未采用")
    return inside


def corrected_row(
    corrected: EvidenceCorrected, given: Mapping[str, str], household: Mapping[str, object] | None
) -> dict[str, str]:
    """The row to be checked, with its key. Refused if it is not about the event's household and year, or if it has
    columns that the feed has not.

    What a registration row leaves out stays as the register has it (``household``: the snapshot's row): one that only
    mends a date need not repeat the name. In other feeds it is not known, as an empty cell.
    """
    contract = contract_of(corrected)
    if unknown := sorted(set(given) - {column.name for column in contract.columns}):
        raise CorrectionRefused(f"{contract.title}没有这些列：{'、'.join(unknown)[:200]}")
    key = {"uscc": corrected.uscc} | ({"year": str(corrected.year)} if contract.has("year") else {})
    if any(given.get(name, value).strip().upper() != value for name, value in key.items()):
        raise CorrectionRefused("更正的行不是事件所说的这一户、这一年度")
    known = registered(household) if corrected.feed == REGISTRATION and household is not None else {}
    return known | key | {name: value for name, value in given.items() if name not in key}


def contract_of(corrected: EvidenceCorrected) -> FeedContract:
    """The contract of the event's feed; refused if typing does not take it, or if it needs a year and has none."""
    if corrected.feed not in TYPING_FEEDS:
        raise CorrectionRefused("更正的不是分型所用的数据")
    contract = FEEDS[corrected.feed]
    if is_yearly(corrected.feed) is (corrected.year is None):
        raise CorrectionRefused(f"{contract.title}{'须写明' if corrected.year is None else '不分'}年度")
    return contract


def registered(household: Mapping[str, object]) -> dict[str, str]:
    """What the register knows of a household, as the cells of a file."""
    columns = [column.name for column in FEEDS[REGISTRATION].columns if column.name in household]
    return {name: cell(household[name]) for name in columns}


def cell(value: object) -> str:
    """A value as a CSV file holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def compared_columns(feed: str, given: Mapping[str, str]) -> list[str]:
    """The corrected columns as stored files name them: without the household and the year, without what is personal;
    an operator's number is its pseudonym there.
    """
    personal = {column.name for column in FEEDS[feed].columns if column.personal}
    columns = sorted(set(given) - personal - {"uscc", "year"})
    return [*columns, "operator_ref"] if "operator_id" in given else columns


def store_row(
    bench: FileChecker,
    corrected: EvidenceCorrected,
    given: Mapping[str, str],
    household: Mapping[str, object] | None,
    today: dt.date,
    held: Collection[str] = (),
) -> StoredRow:
    """Checks the row as its bureau's delivery would be checked, and stores what such a delivery leaves. Refused with
    what the checker found. ``held``: columns that earlier corrections of the household's register entry have corrected.
    Blocking: run it in a thread; durable on return.
    """
    row = corrected_row(corrected, given, household)
    with bench.store.workspace() as workspace:
        checked = check_row(bench, corrected, row, today, workspace)
        rejects_file = bench.store.keep(checked.report.rejects_path)
    columns = compared_columns(corrected.feed, given)
    if corrected.feed == REGISTRATION:
        columns = wrong_in_register(columns, read_row(bench, checked.accepted_file), household, held)
    return StoredRow(columns, checked.accepted_file, rejects_file, checked.rejected_keys_file)


def wrong_in_register(
    columns: Collection[str], row: Row, household: Mapping[str, object] | None, held: Collection[str]
) -> list[str]:
    """Which columns of a registration row are corrected: those that the household's entry has otherwise, and those that
    were corrected before; of a household that is not known all that are given. A bureau may repeat the whole row: what
    was right is not held fast.

    Never the county: the register alone says where a household is. A correction of nothing else is refused.
    """
    wrong = [name for name in columns if name in held or household is None or differs(name, row, household)]
    corrected = [name for name in wrong if name != "region_code"]
    if wrong and not corrected:
        raise CorrectionRefused("登记在哪个县区以登记注册数据为准，不能用更正改变")
    return corrected


def differs(name: str, row: Row, household: Mapping[str, object]) -> bool:
    """Whether a registration row has another value than the household's entry; an empty `seasonal` means no."""
    values = [one.get(name) for one in (row, household)]
    return len({bool(value) for value in values} if name == "seasonal" else set(values)) > 1


def read_row(bench: FileChecker, accepted: str) -> Row:
    """The only row of a stored file."""
    found: list[dict[str, object]] = pq.read_table(bench.store.path(accepted)).to_pylist()
    return found[0]


def check_row(
    bench: FileChecker, corrected: EvidenceCorrected, row: Mapping[str, str], today: dt.date, workspace: Path
) -> ValidatedDelivery:
    """The row as an incremental delivery of the household's region."""
    file = workspace / f"{corrected.feed}.csv"
    with file.open("x", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([row.keys(), row.values()])
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    try:
        declared = TypingDeclaration(
            corrected.feed, BUREAU, corrected.region, corrected.year, "incremental", 1, digest, ".csv"
        )
        checked = validate_delivery(bench, file, declared, today, workspace)
    except DeliveryRefused as refusal:
        raise CorrectionRefused(refusal.detail) from refusal
    if checked.report.accepted != 1:
        raise CorrectionRefused(faults(checked.report.rejects_path))
    return checked


def faults(rejects: Path) -> str:
    """What the checker found, in its own words, which name columns and never values."""
    rows = pq.read_table(rejects, columns=["severity", "message"]).to_pylist()
    return "；".join(dict.fromkeys(str(row["message"]) for row in rows if row["severity"] == "rejected"))
