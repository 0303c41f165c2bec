"""Who scores and who decides: an assessor's relations to households, recusal, the meeting's decision; all pure.

An assessor does not score their own household, a relative's, one in which they have an interest, or an application that
they recommended, reviewed or otherwise handled.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class RelationKind(StrEnum):
    """What ties an assessor to a household, so that the assessor does not score it."""

    OWN = "own"
    RELATIVE = "relative"
    INTEREST = "interest"


RELATION_LABELS = {
    RelationKind.OWN: "本人经营",
    RelationKind.RELATIVE: "近亲属经营",
    RelationKind.INTEREST: "有其他利害关系",
}


@dataclass(frozen=True, slots=True)
class Relation:
    """A household that an assessor is tied to."""

    uscc: str
    kind: RelationKind


@dataclass(frozen=True, slots=True)
class Participant:
    """Who took part in a meeting."""

    name: str
    office: str


@dataclass(frozen=True, slots=True)
class MeetingDecision:
    """The collective decision (联席会议) on a round's results. `order`: how it decided among equals; `recorded_by`: who
    recorded it, of those that were recorded since that is kept.
    """

    document: str
    decided_on: dt.date
    participants: tuple[Participant, ...]
    order: tuple[uuid.UUID, ...] = ()
    recorded_by: str | None = None


@dataclass(frozen=True, slots=True)
class SendingBack:
    """A closed round that was opened again before the meeting's decision: why, who did it and when, and who had closed
    it.
    """

    reason: str
    sent_by: str
    sent_at: dt.datetime
    closed_by: str


def recusal_reason(
    assessor: str,
    uscc: str,
    operator_ref: str | None,
    *,
    handled_by: Collection[str | None],
    relations: Collection[Relation],
    related_operators: Collection[str],
) -> str | None:
    """Why an assessor may not score an application; None: they may. `related_operators`: who operates the households
    that they are tied to, whose other households they do not score either.
    """
    if assessor in handled_by:
        return "参与过这份申报的推荐、审核、查明或其他办理"
    for relation in relations:
        if relation.uscc == uscc:
            return f"这一户{RELATION_LABELS[relation.kind]}"
    if operator_ref is not None and operator_ref in related_operators:
        return "与应当回避的另一户是同一经营者"
    return None
