"""Hearings (听证) and conversations that were written down (询问笔录): noted by those who handle the objection."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.examination.domain import HearingKind
from services.objection.examination.models import HearingNote
from services.objection.examination.problems import HearingNotForThisBureau, HeldInFuture
from services.objection.examination.service import require_documents
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.domain import UNDECIDED
from services.objection.objections.models import Objection
from services.objection.objections.next_steps import not_possible
from services.objection.rules.competence import possible_deeds
from shared import clock
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.sealed_fields.unmasking import unmask
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of


@dataclass(frozen=True)
class Hearing:
    """What is to be noted; `present` and `text` name people."""

    kind: HearingKind
    held_on: dt.date
    present: Sequence[str]
    text: str
    document: uuid.UUID | None = None


async def record_hearing(
    session: AsyncSession, objection: Objection, hearing: Hearing, vault: Vault, caller: Caller
) -> HearingNote:
    """Note what was said, before the decision. The objection is locked."""
    rules = await AppliedRules.of(session, objection)
    if objection.state not in UNDECIDED:
        raise not_possible(objection, f"不能登记{hearing.kind.label}", rules)
    rules.require_explainer(objection, caller)  # of all bureaus that handle it; the others only look on
    if hearing.held_on > clock.today():
        raise HeldInFuture
    if hearing.document is not None:
        await require_documents(session, objection, [hearing.document])
    note = HearingNote(
        id=uuid.uuid4(),
        objection_id=objection.id,
        kind=hearing.kind,
        held_on=hearing.held_on,
        document=hearing.document,
        noted_by=caller.subject,
    )
    note.present = vault.seal(place_of(note, HearingNote.present), PersonalText("\n".join(hearing.present)))
    note.text = vault.seal(place_of(note, HearingNote.text), PersonalText(hearing.text))
    session.add(note)
    objection.version += 1
    await session.flush()
    audited = {"kind": hearing.kind.value, "held_on": str(hearing.held_on), "present": len(hearing.present)}
    await audit.record(session, objection, caller, "objection:hearing", audited)
    return note


async def disclose(
    session: AsyncSession, objection: Objection, note: HearingNote, vault: Vault, caller: Caller, reason: str
) -> Hearing:
    """A note in clear, to those whose bureau handles the objection; the audit keeps who, what and why."""
    rules = await AppliedRules.of(session, objection)
    if not possible_deeds(rules.rule, objection, caller):
        raise HearingNotForThisBureau
    sealed = [HearingNote.present, HearingNote.text]
    shown = await unmask(session, caller, objection, reason, vault=vault, row=note, fields=sealed)
    return Hearing(note.kind, note.held_on, shown["present"].split("\n"), shown["text"], note.document)
