"""Entries of several services as one list, the newest first, and where each service's older entries go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.shell.behalf import Part
from services.portal.upstream.audit import AuditEntriesAnswer, AuditEntryAnswer

MOST = 50
"""Entries of a page"""
Positions = Mapping[str, str]
"""By service: the cursor of the entries that are older than what was shown"""


@dataclass(frozen=True)
class Told:
    """An entry and the service that wrote it."""

    service: str
    entry: AuditEntryAnswer


@dataclass(frozen=True)
class Timeline:
    """A page of the list; `further`: where each service goes on, empty on the last page."""

    told: Sequence[Told]
    further: Positions


def timeline(read: Mapping[str, Part[AuditEntriesAnswer]], seen: Positions) -> Timeline:
    """The newest of what the services answered. One that is away goes on where it stood, as soon as it answers."""
    answers = {service: one.value for service, one in read.items() if one.value is not None}
    every = [Told(service, entry) for service, answer in answers.items() for entry in answer.items]
    told = sorted(every, key=lambda one: one.entry.at, reverse=True)[:MOST]
    last = {one.service: one.entry.position for one in told}
    is_more = len(told) < len(every) or any(answer.next for answer in answers.values())
    return Timeline(told, {**seen, **last} if is_more else {})


def written(positions: Positions) -> list[str]:
    """As an address carries them."""
    return [f"{service}.{cursor}" for service, cursor in positions.items()]


def positions_of(values: Sequence[str], services: Mapping[str, str]) -> Positions:
    """As an address said them; what names no service is passed over."""
    said = (value.partition(".") for value in values)
    return {service: cursor for service, _, cursor in said if service in services and cursor}
