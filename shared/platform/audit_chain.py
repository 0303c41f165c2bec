"""The audit as a chain of hashes, and its verification without a database.

There is one chain per region code in which something was done (one chain for all would be one lock around every
decision). An entry's hash is the SHA-256 of its canonical JSON, which holds the hash before it; the first entry's
is 64 zeros. An export is JSON Lines in order of chain and number. `verify` finds edits, deletions, insertions and
exchanges anywhere, and truncation up to the last signed checkpoint: what was cut off after it leaves no trace. So
`unsigned_faults` finds entries that should long have been signed: the signer has stopped, or its file was shortened.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

GENESIS = "0" * 64

Tip = tuple[int, str]
"""A chain's length and the hash of its last entry."""


@dataclass(frozen=True)
class Entry:
    """Who did what to which subject where, when, with which particulars; `at` is ISO 8601 in UTC."""

    chain: str
    seq: int
    at: str
    actor: str
    action: str
    subject: str
    details: Mapping[str, object]
    prev: str
    hash: str = ""

    def digest(self) -> str:
        """What `hash` must be."""
        content = {name: value for name, value in vars(self).items() if name != "hash"}
        return hashlib.sha256(canonical(content)).hexdigest()

    def line(self) -> bytes:
        """One line of an export."""
        return canonical(vars(self)) + b"\n"


@dataclass(frozen=True)
class ChainFault:
    """Something wrong in a chain, at an entry's number; the message is Chinese."""

    chain: str
    seq: int
    message: str


def canonical(value: object) -> bytes:
    """One way only to write a value: sorted keys, no spaces, UTF-8. Floats have several: TypeError."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def hashed_parts(
    chain: str, at: str, actor: str, action: str, subject: str, details: Mapping[str, object]
) -> tuple[str, str]:
    """An entry's canonical JSON before the value of `prev` and after that of `seq`, which the chain alone knows:
    the hash is that of `head + prev + '","seq":' + seq + tail` (the function `audit_append` of the database).
    """
    before = {"action": action, "actor": actor, "at": at, "chain": chain, "details": details, "prev": ""}
    after = {"subject": subject}
    return canonical(before).decode()[: -len('"}')], f",{canonical(after).decode()[1:]}"


def _refuse_floats(value: object) -> None:
    if isinstance(value, Mapping):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_floats(inner)
    elif value is not None and not isinstance(value, (str, int)):
        raise TypeError(f"an audit entry cannot hold a {type(value).__name__}")


def timestamp(at: datetime) -> str:
    """The instant as it stands in an entry."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def read_export(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The entries of an export; ValueError names the line that is none."""
    for number, line in enumerate(lines, start=1):
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise ValueError(f"第 {number} 行不是审计记录。") from error


def verify(
    entries: Iterable[Entry], checkpoints: Mapping[str, Mapping[int, str]], prefix: str = ""
) -> list[ChainFault]:
    """What is wrong with the entries: each in itself, in its chain, and against the signed hash of its number.

    `checkpoints` gives per chain the signed hash of some numbers; `prefix` limits them to the exported chains.
    """
    findings: list[ChainFault] = []
    tips: dict[str, Tip] = {}
    for entry in entries:
        before = tips.get(entry.chain, (0, GENESIS))
        findings += _faults_of(entry, before, checkpoints.get(entry.chain, {}))
        tips[entry.chain] = (entry.seq, entry.hash)
    for chain, signed in checkpoints.items():
        length, _ = tips.get(chain, (0, GENESIS))
        if chain.startswith(prefix) and signed and length < max(signed):
            findings.append(ChainFault(chain, length + 1, f"检查点证明有 {max(signed)} 条，末尾的记录被删除。"))
    return findings


def unsigned_faults(
    entries: Iterable[Entry], checkpoints: Mapping[str, Mapping[int, str]], now: datetime, patience: timedelta
) -> list[ChainFault]:
    """Chains with entries older than `patience` at the instant `now` that no checkpoint covers, one fault for each.

    A chain that grows is signed every minute; `now` is when the entries were exported.
    """
    unsigned: dict[str, list[Entry]] = {}
    covered = {chain: max(signed, default=0) for chain, signed in checkpoints.items()}
    for entry in entries:
        if entry.seq > covered.get(entry.chain, 0) and now - datetime.fromisoformat(entry.at) > patience:
            unsigned.setdefault(entry.chain, []).append(entry)
    return [
        ChainFault(
            chain,
            late[0].seq,
            f"从 {late[0].at} 起的 {len(late)} 条早该有签名的检查点而没有：签名停了，或检查点文件被截短。",
        )
        for chain, late in unsigned.items()
    ]


def _faults_of(entry: Entry, before: Tip, signed: Mapping[int, str]) -> Iterator[ChainFault]:
    length, tip = before
    if entry.seq != length + 1:
        yield ChainFault(entry.chain, entry.seq, f"序号不连续：上一条是 {length}，有记录被删除、插入或调换。")
    if entry.prev != tip:
        yield ChainFault(entry.chain, entry.seq, "与上一条记录不衔接。")
    if entry.hash != entry.digest():
        yield ChainFault(entry.chain, entry.seq, "内容被更改。")
    if entry.seq in signed and entry.hash != signed[entry.seq]:
        yield ChainFault(entry.chain, entry.seq, "与签名的检查点不一致。")
