"""Which measures there are: those of the texts that ship, as far as nothing entered has replaced or ended them.

`digest` says when the register is another one than before: what households are entitled to is then reckoned again.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue import repository as catalogue_repository
from services.support.catalogue.domain import RevisionState
from services.support.catalogue.models import MeasureRevision
from shared.bounded_cache import BoundedCache
from shared.law.model.measures import Measure
from shared.law.reader.measures import read_entered, shipped_measures


@dataclass(frozen=True)
class RegisteredMeasure:
    """A measure as it counts now. `revision` 0: as it ships. `draft`: its text is a draft for comments, so that it is
    shown and nobody acts upon it.
    """

    measure: Measure
    revision: int
    draft: bool


@dataclass(frozen=True)
class Register:
    """All measures by id."""

    entries: tuple[RegisteredMeasure, ...]
    digest: str

    def of(self, name: str) -> RegisteredMeasure | None:
        """A measure by its id."""
        return self._by_id.get(name)

    @cached_property
    def _by_id(self) -> Mapping[str, RegisteredMeasure]:
        return {one.measure.id: one for one in self.entries}

    def acted_upon(self) -> tuple[Measure, ...]:
        """The measures that a household may be entitled to."""
        return tuple(one.measure for one in self.entries if not one.draft)


@cache
def shipped() -> tuple[RegisteredMeasure, ...]:
    """The measures of the texts."""
    return tuple(RegisteredMeasure(one, 0, found.draft) for found in shipped_measures() for one in found.measures)


@cache
def _shipped_digest() -> str:
    return hashlib.sha256(repr([one.measure for one in shipped()]).encode()).hexdigest()


_read = BoundedCache[str, Register](8)
"""By digest: what counts is asked for each time, what it says never changes"""


async def read_register(session: AsyncSession) -> Register:
    """The register as it is: a revision that another process has published counts at once."""
    stated = await catalogue_repository.counting(session)
    digest = hashlib.sha256((_shipped_digest() + "".join(f"{one};" for one in stated)).encode()).hexdigest()
    known = _read.get(digest)
    if known is not None:
        return known
    revisions = await catalogue_repository.published(session)
    register = Register(tuple(sorted(_entries(revisions), key=lambda one: one.measure.id)), digest)
    if await catalogue_repository.counting(session) == stated:
        _read.put(digest, register)
    return register


def _entries(revisions: Sequence[MeasureRevision]) -> Iterator[RegisteredMeasure]:
    latest = {one.measure: one for one in revisions}
    yield from (one for one in shipped() if one.measure.id not in latest)
    for one in latest.values():
        if one.state is RevisionState.PUBLISHED:
            yield RegisteredMeasure(read_entered(one.content), one.number, draft=False)
