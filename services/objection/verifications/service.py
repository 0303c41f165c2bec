"""Questions to departments and their answers. The objection is locked before the question."""

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.examination.service import schedule_period
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.domain import NO_LAST_DAY
from services.objection.objections.due_days import DueDay, settle_due
from services.objection.objections.models import Objection
from services.objection.objections.next_steps import Actor, Step, may_take, require_step
from services.objection.verifications import repository as verification_repository
from services.objection.verifications.domain import (
    Finding,
    RowFault,
    contract_of,
    foreign_columns,
    misplaced_keys,
    takes_rows,
)
from services.objection.verifications.models import FactVerification
from services.objection.verifications.problems import (
    AnswerIncomplete,
    AskedBefore,
    AskerAnswers,
    RowRefused,
    VerificationAnswered,
    VerificationElsewhere,
    VerificationEnded,
)
from services.objection.verifications.questions import question_of, readings_about
from services.objection.verifications.repository import WAITING
from shared import clock
from shared.contracts import objection as contract
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of


@dataclass(frozen=True)
class Asked:
    """What the officer wants to know."""

    question: str
    feed: str | None = None
    facts: Collection[str] = ()
    year: int | None = None
    region: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the department says."""

    finding: Finding
    note: str | None = None
    row: Mapping[str, str] | None = None


async def ask(session: AsyncSession, objection: Objection, asked: Asked, caller: Caller) -> FactVerification:
    """Ask the department that owns the data, in the household's county or a region above it."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.VERIFY, rules)
    if not may_take(Actor.HANDLER, objection, rules, caller):
        rules.require_decider(objection, caller)
    question = question_of(objection, asked.feed, asked.facts, asked.year)
    region = asked.region or objection.county
    if not objection.county.startswith(region) or not region.startswith(caller.region):
        raise VerificationElsewhere("只能向该户所在地、且在您辖区内的部门核实。")
    row = FactVerification(
        id=uuid.uuid4(),
        objection_id=objection.id,
        county=objection.county,
        uscc=objection.uscc,
        department=contract_of(question.feed).department,
        region=region,
        feed=question.feed,
        year=question.year,
        facts=list(question.facts),
        readings=readings_about(rules.policy, question, clock.today()),
        question=asked.question,
        asked_by=caller.subject,
        asked_by_region=caller.region,
    )
    await require_first(session, row)
    due_on = await schedule_period(session, objection, rules, DueDay.VERIFY, clock.today(), item=row.id)
    row.due_on = due_on or NO_LAST_DAY
    session.add(row)
    objection.version += 1
    await session.flush()
    await announce_asked(session, objection, row, caller)
    return row


async def require_first(session: AsyncSession, row: FactVerification) -> None:
    """409 where the same bureau has been asked the same and has not answered."""
    for other in await verification_repository.verifications_of(session, row.objection_id):
        same = (other.feed, other.year, other.region) == (row.feed, row.year, row.region)
        if same and other.answered_at is None:
            raise AskedBefore


async def announce_asked(session: AsyncSession, objection: Objection, row: FactVerification, caller: Caller) -> None:
    """The audit entry, and the event that tells the department."""
    await audit.record(session, row, caller, "verification:asked", {"facts": row.facts, "year": row.year})
    asked = contract.VerificationAsked(
        verification=row.id,
        objection=objection.id,
        receipt=objection.receipt,
        uscc=objection.uscc,
        region=row.region,
        department=row.department.value,
        feed=row.feed,
        due_on=None if row.due_on == NO_LAST_DAY else row.due_on,
        against=objection.against.value,
        objector_ref=objection.operator_ref,
    )
    await ANNOUNCER.announce(session, asked, subject=objection.uscc, actor=caller.subject)


def require_complete(row: FactVerification, answer: Answer) -> None:
    """422 for an answer without what it needs, or with what it must not have."""
    rows = takes_rows(row.feed)
    if answer.finding is Finding.CORRECTED and rows and not answer.row:
        raise AnswerIncomplete("数据有误的，请在 row 中写明更正后的整行数据。")
    if answer.row and not rows:
        raise AnswerIncomplete("这类数据请由报送部门重新报送更正，这里只在 note 中说明情况。")
    if answer.row and answer.finding is not Finding.CORRECTED:
        raise AnswerIncomplete("只有“数据有误，已更正”（corrected）才写 row。")
    if not answer.note and (answer.finding is Finding.CANNOT_SAY or (answer.finding is Finding.CORRECTED and not rows)):
        raise AnswerIncomplete("请在 note 中说明情况。")


def require_no_faults(faults: Collection[RowFault]) -> None:
    """422 with the faults of a row, if there are any."""
    if faults:
        listed = [{"field": f"body.row.{one.column}", "code": one.code, "message": one.message} for one in faults]
        raise RowRefused(errors=listed)


def faults_of_columns(row: FactVerification, given: Mapping[str, str]) -> list[RowFault]:
    """What is wrong with the columns and the key of a corrected row, before its cells are looked at."""
    contract = contract_of(row.feed)
    return [*foreign_columns(contract, given), *misplaced_keys(contract, given, row.uscc, row.year)]


async def record_answer(
    session: AsyncSession, objection: Objection, row: FactVerification, answer: Answer, vault: Vault, caller: Caller
) -> FactVerification:
    """Keep the answer, also one that comes late. Objection and question are locked, the row has been checked."""
    require_open(objection, row)
    if row.asked_by == caller.subject:
        raise AskerAnswers
    row.finding, row.note = answer.finding, answer.note
    row.answered_by, row.answered_at = caller.subject, clock.now()
    if answer.row:
        text = json.dumps(dict(answer.row), ensure_ascii=False)
        row.row = vault.seal(place_of(row, FactVerification.row), PersonalText(text))
    row.version += 1
    objection.version += 1
    await settle_due(session, objection, DueDay.VERIFY, item=row.id)
    await session.flush()
    answered = contract.VerificationAnswered(
        verification=row.id,
        objection=objection.id,
        uscc=objection.uscc,
        region=row.region,
        department=row.department.value,
    )
    await ANNOUNCER.announce(session, answered, subject=objection.uscc, actor=caller.subject)
    await audit.record(session, row, caller, "verification:answered", {"finding": answer.finding.value})
    return row


def require_open(objection: Objection, row: FactVerification) -> None:
    """409 where it was answered, or nobody waits for the answer any longer."""
    if row.answered_at is not None:
        raise VerificationAnswered
    if objection.state not in WAITING:
        raise VerificationEnded


def corrected_row(row: FactVerification, vault: Vault) -> Mapping[str, str] | None:
    """The corrected row in clear, for those who handle the objection."""
    if row.row is None:
        return None
    found: dict[str, str] = json.loads(vault.open(place_of(row, FactVerification.row), row.row).reveal())
    return found
