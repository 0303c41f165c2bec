"""Selection within the quota: candidates ranked by score, ties decided by published rules, the rest as a reserve."""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application that passed its review."""

    application: UUID
    uscc: str
    score: int
    submitted_at: dt.datetime
    established_on: dt.date | None = None


def ranked(candidates: Sequence[Candidate], ties: Sequence[str], seed: str) -> list[Candidate]:
    """Best first. The last rule is always the draw, so that the order is the same whoever works it out."""
    rules = [_RULES[name](seed) for name in [*(name for name in ties if name != "draw"), "draw"]]
    return sorted(candidates, key=lambda one: (-one.score, *(rule(one) for rule in rules)))


def seed_digest(seed: str) -> str:
    """What is published of a seed before the seed: its SHA-256 in hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def lot(seed: str, subject: str) -> str:
    """A drawn number in hexadecimal that anyone can work out: SHA-256 of seed and subject."""
    return hashlib.sha256(f"{seed}:{subject}".encode()).hexdigest()


_RULES: dict[str, Callable[[str], Callable[[Candidate], str]]] = {
    "earlier-submission": lambda _seed: lambda one: one.submitted_at.isoformat(),
    "draw": lambda seed: lambda one: lot(seed, one.uscc),
}
