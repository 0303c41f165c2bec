"""Events about one household: revisions grow because its application or recognition is locked by the caller."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Recognition
from services.recognition.repository import applications
from shared.contracts.recognition import REASON_LENGTH, ApplicationPayload, RecognitionState
from shared.messaging.outbox import emit_all

SOURCE = "/recognition"

A = TypeVar("A", bound=ApplicationPayload)
R = TypeVar("R", bound=RecognitionState)


async def announce_application(
    session: AsyncSession,
    kind: type[A],
    application: Application,
    *,
    actor: str | None,
    reason: str | None = None,
    **more: object,
) -> None:
    """Where an application stands, for the bus."""
    await announce_applications(session, kind, [(application, {"reason": reason, **more})], actor=actor)


async def announce_applications(
    session: AsyncSession, kind: type[A], told: Sequence[tuple[Application, Mapping[str, object]]], *, actor: str | None
) -> None:
    """The same of many, each with what else the event carries: two statements for however many."""
    if not told:
        return
    revisions = await applications.next_revisions(session, len(told))
    payloads = [
        (application.uscc, standing_of(kind, application, revision, **more))
        for (application, more), revision in zip(told, revisions, strict=True)
    ]
    await emit_all(session, payloads, source=SOURCE, actor=actor)


def standing_of(kind: type[A], application: Application, revision: int, *, reason: object = None, **more: object) -> A:
    """Where an application stands."""
    return kind(
        application=application.id,
        uscc=application.uscc,
        region=application.county,
        category=application.category,
        operator_ref=application.operator_ref,
        reason=shortened(reason),
        revision=revision,
        **more,
    )


async def announce_recognition(
    session: AsyncSession,
    kind: type[R],
    recognition: Recognition,
    *,
    actor: str | None,
    reason: str | None = None,
    **more: object,
) -> None:
    """What a recognition is now, for the bus."""
    await announce_recognitions(session, kind, [(recognition, {"reason": reason, **more})], actor=actor)


async def announce_recognitions(
    session: AsyncSession, kind: type[R], told: Sequence[tuple[Recognition, Mapping[str, object]]], *, actor: str | None
) -> None:
    """The same of many, each with what else the event carries: two statements for however many."""
    if not told:
        return
    revisions = await applications.next_revisions(session, len(told))
    payloads = [
        (recognition.uscc, payload_of(kind, recognition, revision, **more))
        for (recognition, more), revision in zip(told, revisions, strict=True)
    ]
    await emit_all(session, payloads, source=SOURCE, actor=actor)


def payload_of(kind: type[R], recognition: Recognition, revision: int, *, reason: object = None, **more: object) -> R:
    """What a recognition is now."""
    return kind(
        recognition=recognition.id,
        uscc=recognition.uscc,
        region=recognition.county,
        category=recognition.category,
        operator_ref=recognition.operator_ref,
        valid_until=recognition.valid_until,
        reason=shortened(reason),
        revision=revision,
        **more,
    )


def shortened(reason: object) -> str | None:
    """As much of a reason as an event carries: reasons that are composed can be longer; the rows keep them whole."""
    if reason is None:
        return None
    said = str(reason)
    return said if len(said) <= REASON_LENGTH else said[: REASON_LENGTH - 1] + "…"
