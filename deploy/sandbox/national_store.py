"""What the sandbox's national systems hold: one SQLite file that survives a restart. Contents are kept in our own
spelling (`records.domain.canonical`), translated back from what was sent; digests are reckoned from what is kept.
"""

import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import orjson

from services.notification.publication.peers.peer import Record, RecordKey, Verdict
from services.notification.publication.systems import Kind

TABLES: Final = """
create table if not exists record (
  system text not null, kind text not null, key text not null, uscc text, region text not null,
  version integer not null, removed integer not null, content blob, digest blob, since text not null,
  primary key (system, kind, key)
) without rowid;
create index if not exists county on record (system, kind, region, key) where not removed;
create index if not exists household on record (uscc, system) where uscc <> key;
create table if not exists batch (
  system text not null, batch text not null, state text not null, ticket text, pages integer, records integer,
  seal_body text, taken_at text not null, primary key (system, batch)
) without rowid;
create table if not exists page (
  system text not null, batch text not null, number integer not null, body_digest text not null, digest text not null,
  records integer not null, half integer not null, body blob, primary key (system, batch, number)
);
create table if not exists refused (
  id integer primary key, system text not null, batch text not null, kind text not null, key text not null,
  code text not null, message text not null
);
create index if not exists refused_of_batch on refused (system, batch, id);
create table if not exists handed_in (
  id integer primary key, system text not null, reference text not null, item blob not null, answer text
);
create table if not exists conclusion (
  system text not null, reference text not null, told text not null, primary key (system, reference)
) without rowid;
create table if not exists entity (uscc text primary key, region text not null, told blob not null) without rowid;
create index if not exists entity_of_region on entity (region, uscc);
"""
COUNTY_DIGITS: Final = 6
OTHER_NAME: Final = 97
DEREGISTERED: Final = 211
"""One of so many households of a sample base differs so"""
RECORD_WITH_CONTENT: Final = "select kind, key, uscc, region, version, hex(digest), content, since from record"
KINDS: Final = orjson.dumps([*Kind]).decode()
PUT: Final = """
insert into record (system, kind, key, uscc, region, version, removed, content, digest, since)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (system, kind, key) do update set uscc = excluded.uscc, region = excluded.region,
  version = excluded.version, removed = excluded.removed, content = excluded.content, digest = excluded.digest,
  since = excluded.since
"""


@dataclass(frozen=True)
class KeptRecord:
    """A record as it is kept; `content`: its canonical bytes, None once it is removed."""

    kind: str
    key: str
    uscc: str | None
    region: str
    version: int
    digest: str
    content: bytes | None
    since: str


@dataclass(frozen=True)
class KeptBatch:
    """A batch as it is kept; `state`: receiving, working or done."""

    batch: str
    state: str
    ticket: str | None
    seal_body: str | None


@dataclass(frozen=True)
class NewRecord:
    """A record with the content as it is to be kept."""

    record: Record
    content: bytes | None


class NationalStore:
    """The file. Every method is one transaction; may be called from several threads."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = off")  # outlives the process; the machine need not be outlived
        self._connection.execute("pragma wal_autocheckpoint = 8000")
        self._connection.executescript(TABLES)

    def close(self) -> None:
        """End it."""
        with self._lock:
            self._connection.close()

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    # pages and batches

    def batch(self, system: str, batch: str) -> KeptBatch | None:
        """A batch, if it is known."""
        found = self._rows(
            "select batch, state, ticket, seal_body from batch where system = ? and batch = ?", system, batch
        )
        return KeptBatch(*found[0]) if found else None

    def unfinished(self) -> Sequence[tuple[str, str]]:
        """Systems and batches that a stop interrupted."""
        return [(one[0], one[1]) for one in self._rows("select system, batch from batch where state = 'working'")]

    def pages(self, system: str, batch: str) -> Mapping[int, tuple[str, str, int]]:
        """Number → digest of the body, digest that was told, records."""
        rows = self._rows(
            "select number, body_digest, digest, records from page where system = ? and batch = ? order by number",
            *(system, batch),
        )
        return {one[0]: (one[1], one[2], one[3]) for one in rows}

    def keep_page(
        self, system: str, batch: str, number: int, told: tuple[str, str, int], body: bytes, half: bool
    ) -> None:
        """Keep a page until its batch is sealed."""
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            self._connection.execute(
                "insert or ignore into batch (system, batch, state, taken_at) values (?, ?, 'receiving', ?)",
                (system, batch, now()),
            )
            self._connection.execute(
                "insert into page (system, batch, number, body_digest, digest, records, half, body)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                (system, batch, number, *told, half, body),
            )

    def keep_seal(self, system: str, batch: str, ticket: str, seal_body: str) -> None:
        """The batch is whole."""
        self._rows(
            "update batch set state = 'working', ticket = ?, seal_body = ? where system = ? and batch = ?",
            *(ticket, seal_body, system, batch),
        )

    def next_page(self, system: str, batch: str) -> tuple[int, bytes, bool] | None:
        """The next page that has not been worked on: number, body, whether half of it is to be refused."""
        found = self._rows(
            "select number, body, half from page where system = ? and batch = ? and body is not null"
            " order by number limit 1",
            *(system, batch),
        )
        return (found[0][0], found[0][1], bool(found[0][2])) if found else None

    def finish(self, system: str, batch: str) -> None:
        """Note that all pages have been worked on, if they have: the batch may have been forgotten meanwhile."""
        self._rows(
            "update batch set state = 'done' where system = ?1 and batch = ?2 and state = 'working' and not exists"
            " (select 1 from page where system = ?1 and batch = ?2 and body is not null)",
            *(system, batch),
        )

    def versions(self, system: str, kind: str, keys: Iterable[str]) -> Mapping[str, int]:
        """Versions that are kept, of removed records too."""
        rows = self._rows(
            "select r.key, r.version from json_each(?) asked cross join record r"
            " on r.system = ? and r.kind = ? and r.key = asked.value",
            *(orjson.dumps(list(keys)).decode(), system, kind),
        )
        return dict(rows)

    def conclude_page(
        self, system: str, batch: str, number: int, taken: Sequence[NewRecord], refused: Mapping[RecordKey, Verdict]
    ) -> None:
        """What came of a page, unless it was forgotten or concluded meanwhile."""
        moment = now()
        rows = [_row(system, one, moment) for one in taken]
        verdicts = [(system, batch, *key, one.code, one.message) for key, one in refused.items()]
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            open_page = self._connection.execute(
                "update page set body = null where system = ? and batch = ? and number = ? and body is not null",
                (system, batch, number),
            )
            if not open_page.rowcount:
                return
            self._connection.executemany(PUT, rows)
            self._connection.executemany(
                "insert into refused (system, batch, kind, key, code, message) values (?, ?, ?, ?, ?, ?)", verdicts
            )

    def refused_number(self, system: str, batch: str) -> int:
        """How many records of a batch were refused."""
        number: int = self._rows("select count(*) from refused where system = ? and batch = ?", system, batch)[0][0]
        return number

    def refused(self, system: str, batch: str, after: int, limit: int) -> Sequence[tuple[int, str, str, str, str]]:
        """Refused records of a batch: id, kind, key, code, message."""
        return [
            (one[0], one[1], one[2], one[3], one[4])
            for one in self._rows(
                "select id, kind, key, code, message from refused where system = ? and batch = ? and id > ?"
                " order by id limit ?",
                *(system, batch, after, limit),
            )
        ]

    def forget_batches(self, system: str, *, known: bool) -> None:
        """Lose what is not over: the pages of batches that are not sealed, and unless they stay `known`, everything
        about batches that are not done.
        """
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            states = "('receiving')" if known else "('receiving', 'working')"
            lost = f"in (select batch from batch b where b.system = ?1 and b.state in {states})"
            self._connection.execute(f"delete from page where system = ?1 and batch {lost}", (system,))
            self._connection.execute(f"delete from refused where system = ?1 and batch {lost}", (system,))
            if not known:
                self._connection.execute(f"delete from batch where system = ?1 and state in {states}", (system,))

    def empty(self, system: str) -> None:
        """Lose everything that a system holds."""
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            for table in ("record", "page", "refused", "batch", "handed_in", "conclusion"):
                self._connection.execute(f"delete from {table} where system = ?", (system,))

    def forget_records(self, system: str, since: datetime) -> None:
        """Lose what was taken since then, as if a copy of before had been put back."""
        self._rows("delete from record where system = ? and since >= ?", system, since.isoformat())

    # records

    def put(self, system: str, records: Sequence[NewRecord]) -> None:
        """Keep records, whatever stands there."""
        rows = [_row(system, one, now()) for one in records]
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            self._connection.executemany(PUT, rows)

    def drop(self, system: str, kind: str, key: str) -> None:
        """Lose a record."""
        self._rows("delete from record where system = ? and kind = ? and key = ?", system, kind, key)

    def counties(self, system: str, kind: str) -> Sequence[tuple[str, int, str]]:
        """Region, records, county digest: over key and digest of each record, in the order of the keys' bytes."""
        numbers, wholes = Counter[str](), defaultdict[str, Any](sha256)
        with self._lock:
            rows = self._connection.execute(
                "select region, key, digest from record where system = ? and kind = ? and not removed order by key",
                (system, kind),
            )
            for region, key, digest in rows:
                numbers[region] += 1
                wholes[region].update(key.encode() + digest)
        return [(region, number, wholes[region].hexdigest()) for region, number in sorted(numbers.items())]

    def held(self, system: str, kind: str, region: str, after: str, limit: int) -> Sequence[KeptRecord]:
        """Records of a county in the order of their keys, without contents."""
        rows = self._rows(
            "select kind, key, uscc, region, version, hex(digest), null, since from record"
            " where system = ? and kind = ? and region = ? and key > ? and not removed order by key limit ?",
            *(system, kind, region, after, limit),
        )
        return [_kept(one) for one in rows]

    def household(self, system: str, uscc: str) -> Sequence[KeptRecord]:
        """Everything about one household, with contents."""
        rows = self._rows(
            f"{RECORD_WITH_CONTENT} indexed by household"
            " where system = ?1 and uscc = ?2 and uscc <> key and not removed union all"
            f" {RECORD_WITH_CONTENT} where system = ?1 and kind in (select value from json_each(?3)) and key = ?2"
            " and not removed order by kind, key",
            *(system, uscc, KINDS),
        )
        return [_kept(one) for one in rows]

    def counts(self) -> Sequence[tuple[str, str, str, int]]:
        """System, region, kind, records."""
        rows = self._rows(
            "select system, region, kind, count(*) from record where not removed group by system, kind, region"
        )
        return sorted((one[0], one[1], one[2], one[3]) for one in rows)

    # what was handed in, and the base of legal persons

    def hand_in(self, system: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Somebody hands something in."""
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            self._connection.executemany(
                "insert into handed_in (system, reference, item) values (?, ?, ?)",
                [(system, one["reference"], orjson.dumps(one)) for one in items],
            )

    def handed_in(self, system: str, after: int, limit: int) -> Sequence[tuple[int, dict[str, Any]]]:
        """Number and item, in the order of filing."""
        rows = self._rows(
            "select id, item from handed_in where system = ? and id > ? order by id limit ?", system, after, limit
        )
        return [(one[0], orjson.loads(one[1])) for one in rows]

    def answer(self, system: str, reference: str, answer: str) -> str | None:
        """Keep what became of an item, once; the answer that is kept, None where there is no such item."""
        self._rows(
            "update handed_in set answer = ? where system = ? and reference = ? and answer is null",
            *(answer, system, reference),
        )
        return self.answers(system).get(reference)

    def conclude(self, system: str, reference: str, told: str) -> str | None:
        """Keep how an item that was answered has ended, once; what is kept, None where there is no such item."""
        if not self._rows("select 1 from handed_in where system = ? and reference = ?", system, reference):
            return None
        self._rows(
            "insert or ignore into conclusion (system, reference, told) values (?, ?, ?)", system, reference, told
        )
        return self.conclusions(system).get(reference)

    def conclusions(self, system: str) -> Mapping[str, str]:
        """Bodies of what was told of ends, by reference."""
        return dict(self._rows("select reference, told from conclusion where system = ?", system))

    def answers(self, system: str) -> Mapping[str, str]:
        """Bodies of the answers, by reference."""
        rows = self._rows("select reference, answer from handed_in where system = ? and answer is not null", system)
        return dict(rows)

    def register(self, entities: Sequence[Mapping[str, Any]]) -> None:
        """Entities of the base of legal persons, by their code; a later one replaces an earlier one."""
        rows = [(one["tyshxydm"], one["xzqh"], orjson.dumps(one)) for one in entities]
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            self._connection.executemany("insert or replace into entity (uscc, region, told) values (?, ?, ?)", rows)

    def entities(self, region: str, after: str, limit: int) -> Sequence[dict[str, Any]]:
        """Entities of a region, in the order of their codes."""
        county = len(region) == COUNTY_DIGITS
        within = "region = ?1" if county else "region >= ?1 and region < ?1 || 'x'"
        rows = self._rows(
            f"select told from entity where {within} and uscc > ?2 order by uscc limit ?3", region, after, limit
        )
        return [orjson.loads(one[0]) for one in rows]

    def has_entities(self) -> bool:
        """Whether anybody has filled the base of legal persons."""
        return bool(self._rows("select 1 from entity limit 1"))

    def sample_entities(self, system: str, region: str, after: str, limit: int) -> Sequence[dict[str, Any]]:
        """A base made of the households whose types a system holds: now and then another name, or deregistered."""
        rows = self._rows(
            "select key, region, cast(content as text) ->> 'name' from record where system = ?1 and kind = ?2"
            " and key > ?3 and region >= ?4 and region < ?4 || 'x' and not removed order by key limit ?5",
            *(system, Kind.TYPE, after, region, limit),
        )
        return [
            {
                "tyshxydm": uscc,
                "mc": f"{name}（旧）" if crc32(uscc.encode()) % OTHER_NAME == 0 else name,
                "djzt": "2" if crc32(uscc.encode()) % DEREGISTERED == 1 else "1",
                "xzqh": county,
                "clrq": None,
            }
            for uscc, county, name in rows
        ]


def now() -> str:
    """The machine's time, as it is kept."""
    return datetime.now(UTC).isoformat()


def _row(system: str, new: NewRecord, moment: str) -> tuple[object, ...]:
    record, content = new.record, new.content
    digest = None if content is None else sha256(content).digest()
    return (
        *(system, record.kind, record.key, record.uscc, record.region, record.version, content is None),
        *(content, digest, moment),
    )


def _kept(row: tuple[Any, ...]) -> KeptRecord:
    kind, key, uscc, region, version, digest, content, since = row
    return KeptRecord(kind, key, uscc, region, version, digest.lower(), content, since)
