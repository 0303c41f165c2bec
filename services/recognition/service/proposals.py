"""The end of a recognition is proposed by one person, and accepted or rejected by another; its maker may withdraw it.

The proposal stands among the recognition's concerns until then, so that deciders find it on their work list.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain import recognitions as life
from services.recognition.domain.recognitions import ConcernKind, RecognitionState
from services.recognition.models import Recognition
from services.recognition.service.concerns import concern_of, raise_concern, recorded, settle_concern
from services.recognition.service.steps import refusing
from shared.service.identity import Caller
from shared.service.problems import Problem

PROPOSED = {"cancellation": ConcernKind.CANCELLATION, "revocation": ConcernKind.REVOCATION}
"""What an officer proposes → the kind of concern that keeps it."""


async def propose(
    session: AsyncSession, recognition: Recognition, what: str, reason: str, caller: Caller
) -> Recognition:
    """An officer proposes a cancellation or revocation with the reason; another person decides."""
    target = RecognitionState.CANCELLED if what == "cancellation" else RecognitionState.REVOKED
    with refusing():
        life.require_transition(RecognitionState(recognition.state), target)
    if proposal(recognition, what) is not None:
        raise Problem(409, "proposed-before", "已有提议", "同样的提议正等待决定")
    raise_concern(recognition, PROPOSED[what], reason, by=caller.subject)
    await recorded(session, recognition, caller, f"recognition:propose-{what}", {"reason": reason})
    return recognition


async def reject(
    session: AsyncSession, recognition: Recognition, what: str, reason: str, caller: Caller
) -> Recognition:
    """Another person decides that the recognition stays as it is, with the reason."""
    proposed = accepted(recognition, what, caller)
    settle_concern(recognition, PROPOSED[what])
    details = {"proposed": proposed, "reason": reason}
    await recorded(session, recognition, caller, f"recognition:reject-{what}", details)
    return recognition


async def withdraw(session: AsyncSession, recognition: Recognition, what: str, caller: Caller) -> Recognition:
    """Its maker takes a proposal back. 403 for anybody else."""
    waiting = pending(recognition, what)
    if waiting["by"] != caller.subject:
        raise Problem(403, "not-own-proposal", "不是您的提议", "只有提议人能撤回提议；其他人可以由有权决定的人员驳回")
    settle_concern(recognition, PROPOSED[what])
    await recorded(session, recognition, caller, f"recognition:withdraw-{what}", {"proposed": waiting["sentence"]})
    return recognition


def accepted(recognition: Recognition, what: str, caller: Caller) -> str:
    """The reason of the proposal that the caller may decide on. 409 without one, 403 for its maker."""
    waiting = pending(recognition, what)
    if waiting["by"] == caller.subject:
        raise Problem(403, "maker-is-not-checker", "须由另一人决定", "提议人不能决定自己的提议")
    return str(waiting["sentence"])


def pending(recognition: Recognition, what: str) -> dict[str, Any]:
    """The proposal that waits. 409 without one."""
    waiting = proposal(recognition, what)
    if waiting is None:
        raise Problem(409, "not-proposed", "没有提议", "须先由一名经办人员提议并写明理由，再由另一人决定")
    return waiting


def proposal(recognition: Recognition, what: str) -> dict[str, Any] | None:
    """The proposal that waits, if there is one."""
    return concern_of(recognition, PROPOSED[what])
