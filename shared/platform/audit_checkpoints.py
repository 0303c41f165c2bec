"""Signed checkpoints of the audit's chains, kept outside the database.

Every minute the length and tip of each chain that has grown are appended, as one signed JSON line, to a file. A line
holds the hash of the line before, so a removed line is found. Who changes the database cannot change these, and the
verifier needs only the file and the public key (Ed25519).
"""

import asyncio
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared import clock
from shared.database.connections import Database
from shared.platform.audit_chain import GENESIS, ChainFault, Tip, canonical, timestamp

log = structlog.get_logger()

FILE = "audit-checkpoints.jsonl"
PUBLIC_KEY_FILE = "audit-checkpoints.pub"
"""Beside it, for convenience; an auditor takes the key from where nobody can exchange both."""
TIPS = "SELECT chain, seq, tip FROM audit_chain"


class Checkpointer:
    """Writes checkpoints of one database into one folder; `key` is the hex seed of the signing key."""

    def __init__(self, database: Database, key: str, folder: Path) -> None:
        self._database = database
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))
        self._path = folder / FILE
        self._last_line: str | None = None  # not yet known
        self._signed: dict[str, Tip] = {}

    async def run(self, every: float = 60.0) -> None:
        """Until cancelled. A database that is away is waited for."""
        while True:
            try:
                await self.write()
            except Exception:
                log.exception("audit_checkpoint_failed")
            await asyncio.sleep(every)

    async def write(self) -> int:
        """Sign the chains that have grown; gives their number."""
        if self._last_line is None:
            await asyncio.to_thread(self._resume)
        pool = await self._database.pool()
        tips = {row["chain"]: (row["seq"], row["tip"]) for row in await pool.fetch(TIPS)}
        for chain in (chain for chain, tip in self._signed.items() if _is_truncated(tip, tips.get(chain))):
            log.error("audit_chain_went_back", chain=chain, signed=self._signed[chain][0])
        grown = {chain: tip for chain, tip in tips.items() if tip[0] > self._signed.get(chain, (0, ""))[0]}
        if grown:
            await asyncio.to_thread(self._append, grown)
        return len(grown)

    def _append(self, grown: Mapping[str, Tip]) -> None:
        content = {
            "at": timestamp(clock.now()),
            "previous": self._last_line,
            "chains": {chain: list(tip) for chain, tip in grown.items()},
        }
        line = canonical(content | {"signature": self._key.sign(canonical(content)).hex()})
        self._path.parent.mkdir(parents=True, exist_ok=True)
        public_key = self._path.with_name(PUBLIC_KEY_FILE)
        if not public_key.exists():
            public_key.write_text(self._key.public_key().public_bytes_raw().hex())
        with self._path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._last_line = hashlib.sha256(line).hexdigest()
        self._signed.update(grown)

    def _resume(self) -> None:
        """Go on after the last whole line; a line that a crash cut off is removed."""
        self._last_line = GENESIS
        if not self._path.exists():
            return
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            os.truncate(self._path, len(whole))
        for line in whole.splitlines():
            checkpoint = json.loads(line)
            self._signed.update({chain: (tip[0], tip[1]) for chain, tip in checkpoint["chains"].items()})
            self._last_line = hashlib.sha256(line).hexdigest()


def _is_truncated(signed: Tip, now: Tip | None) -> bool:
    return now is None or now[0] < signed[0] or (now[0] == signed[0] and now[1] != signed[1])


def read_checkpoints(
    lines: Iterable[bytes], public_key: Ed25519PublicKey
) -> tuple[dict[str, dict[int, str]], list[ChainFault]]:
    """Per chain the signed hash of each number that a checkpoint names, and what is wrong with the file itself.
    A line that is not ours proves nothing and is left out.
    """
    signed: dict[str, dict[int, str]] = defaultdict(dict)
    findings: list[ChainFault] = []
    before = GENESIS
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip(b"\n")
        checkpoint = _verified(line, public_key)
        if checkpoint is None:
            findings.append(ChainFault("", number, f"检查点文件第 {number} 行的签名无效。"))
        else:
            if checkpoint["previous"] != before:
                findings.append(ChainFault("", number, f"检查点文件第 {number} 行之前有缺失或改动。"))
            for chain, (seq, tip) in checkpoint["chains"].items():
                signed[chain][seq] = tip
        before = hashlib.sha256(line).hexdigest()
    return dict(signed), findings


def _verified(line: bytes, public_key: Ed25519PublicKey) -> dict[str, Any] | None:
    try:
        checkpoint: dict[str, Any] = json.loads(line)
        public_key.verify(bytes.fromhex(checkpoint.pop("signature")), canonical(checkpoint))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        return None
    return checkpoint


def public_key_of(key: str) -> str:
    """The hex public key of a hex seed, to be given to those who verify."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key)).public_key().public_bytes_raw().hex()
