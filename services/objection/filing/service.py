"""Filing: taken at once, joined to the objector's own open one, completed, withdrawn.

What is filed against may not have been heard of: it is taken all the same, with the instant of filing, and judged when
it is (`pending`). The order of locks is in `objections.lock_order`.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.filing import repository as filing_repository
from services.objection.filing.admissibility import Admission, admit, check_grounds
from services.objection.filing.contested import find_contested_surely, is_withdrawn, with_application
from services.objection.filing.domain import Contested, Target, check_in_force, joined_grounds, joined_statement
from services.objection.filing.order import FilingOrder
from services.objection.filing.problems import (
    ConsentMissing,
    ConsentNotOwn,
    DecidedAlready,
    FilingUnderWay,
    IdentityMissing,
    NotTheOperator,
)
from services.objection.filing.repository import FilingNumbers
from services.objection.objections.clearing import note_change
from services.objection.objections.domain import NO_LAST_DAY, UNDECIDED, DueDay, FiledBy, ObjectionState
from services.objection.objections.due_days import store_with_last_day
from services.objection.objections.events import state_at
from services.objection.objections.models import Objection
from services.objection.objections.service import move
from services.objection.objectors.identities import named_keys, operator_key
from services.objection.objectors.service import save_objector
from services.objection.registers import repository as register_repository
from services.objection.registers.domain import Against
from services.objection.resources import Resources
from services.objection.rules.domain import PeriodName, receivers
from services.objection.rules.service import POLICIES, period_of
from shared import clock
from shared.contracts import objection as contract
from shared.database.direct import SentStatement
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.identity import Caller, Role, require_region
from shared.platform.system_callers import BUS

NOTICE = Against.PUBLIC_NOTICE


@dataclass(frozen=True)
class Filed:
    """The objection; whether the filing was joined to one that was open; the last day for filing, if there is one."""

    objection: Objection
    joined: bool
    last_day: dt.date | None


@dataclass(frozen=True)
class Objecting:
    """Who objects, by which way: the account's pseudonym, if there is one, and the keys that tell the same objector."""

    filed_by: FiledBy
    operator_ref: str | None
    keys: Sequence[str]


async def file_objection(
    session: AsyncSession, resources: Resources, order: FilingOrder, caller: Caller, at: dt.datetime
) -> Filed:
    """Take an objection that was filed at an instant. Refused where what is known speaks against it: another's
    household, a ground that the policy does not give, a last day that is over.
    """
    check_way(order, caller)
    order = replace(order, target=await with_application(session, order.target))
    contested = await find_contested_surely(session, order.target)
    if at_counter(caller, order):
        require_region(caller, contested.county)
    objecting = who_objects(resources, order, caller, contested)
    return await take(session, resources, order, caller, at, contested, objecting)


async def take(
    session: AsyncSession,
    resources: Resources,
    order: FilingOrder,
    caller: Caller,
    at: dt.datetime,
    contested: Contested,
    objecting: Objecting,
) -> Filed:
    """Take an objection of somebody whose way of filing has been checked: admitted, then stored or joined."""
    target = order.target
    admission = await admit(session, target, contested, objecting.filed_by, objecting.operator_ref, at)
    check_grounds(admission, order)
    numbers = await filing_repository.lock_filing(
        session, target.against, contested.uscc, objecting.keys[0], admission.policy.content_hash
    )
    known = await filing_repository.lock_open_objection(
        session, target.against, contested.uscc, target.subject, contested.year or target.year, objecting.keys
    )
    if known is not None:
        return Filed(await _join(session, known, order, caller, at), True, admission.last_day)
    await _hold_notice(session, target, contested)
    if not numbers.policy_stored:
        await POLICIES.store(session, admission.policy)
    async with refused_on_conflict(session, FilingUnderWay()):
        objection = await _create(session, order, caller, at, contested, objecting, admission, numbers)
    if order.identity is not None:
        await save_objector(session, resources.vault, objection, order.identity, order.consent, caller)
    if objection.public_notice is not None:
        await note_change(session, objection.public_notice)
    return Filed(objection, False, admission.last_day)


def check_way(order: FilingOrder, caller: Caller) -> None:
    """422 for a filing by name without the name, at the counter without a consent, or with one where none belongs."""
    counter = at_counter(caller, order)
    if counter and order.consent is None:
        raise ConsentMissing
    if not counter and order.consent is not None:
        raise ConsentNotOwn
    if order.identity is None and (counter or order.target.against is Against.PUBLIC_NOTICE):
        raise IdentityMissing


def at_counter(caller: Caller, order: FilingOrder) -> bool:
    """Whether an officer files on somebody's behalf. Who is both, officer and operator, says it by the consent."""
    return Role.OFFICER in caller.roles and (Role.OPERATOR not in caller.roles or order.consent is not None)


def who_objects(resources: Resources, order: FilingOrder, caller: Caller, contested: Contested) -> Objecting:
    """By account: the operator of the household, or anyone named against a notice. At the counter: the operator, as
    the register has them, else whoever gave name and contact.
    """
    by_name = named_keys(resources.settings.vault_keys, order.identity) if order.identity is not None else ()
    on_notice = order.target.against is Against.PUBLIC_NOTICE
    if at_counter(caller, order):
        ref = None if on_notice else contested.operator_ref
        return Objecting(FiledBy.COUNTER, ref, [operator_key(ref)] if ref is not None else by_name)
    if caller.operator_ref is None:
        raise NotTheOperator
    way = FiledBy.NAMED if on_notice else FiledBy.OPERATOR
    return Objecting(way, caller.operator_ref, [operator_key(caller.operator_ref)])


async def _hold_notice(session: AsyncSession, target: Target, contested: Contested) -> None:
    """Hold the notice until this filing is stored, together with others who file: it is not cleared meanwhile, nor the
    application withdrawn unseen.
    """
    if contested.public_notice is None or contested.closes_on is None:
        return
    await register_repository.lock_notice_shared(session, contested.public_notice)
    if target.subject is not None and await is_withdrawn(session, target.subject):
        check_in_force(target, replace(contested, stands=False))


async def _create(
    session: AsyncSession,
    order: FilingOrder,
    caller: Caller,
    at: dt.datetime,
    contested: Contested,
    objecting: Objecting,
    admission: Admission,
    numbers: FilingNumbers,
) -> Objection:
    filed_on = at.astimezone(clock.CHINA).date()
    objection = Objection(
        id=uuid.uuid4(),
        receipt=receipt_text(filed_on.year, contested.county, numbers.receipt),
        against=order.target.against,
        subject=order.target.subject,
        filed_by=objecting.filed_by,
        operator_ref=objecting.operator_ref,
        objector_key=objecting.keys[0],
        entered_by=caller.subject,
        filed_at=at,
        policy_hash=admission.policy.content_hash,
        grounds=order.grounds,
        statement=order.statement,
        state=ObjectionState.FILED,
        due_on=NO_LAST_DAY,
        handled_at="",
    )
    take_over(objection, contested, order.target)
    objection.handled_at = next(iter(receivers(admission.rule, objection)), contested.county)
    accept = period_of(admission.rule, PeriodName.ACCEPT, filed_on)
    remind = period_of(admission.rule, PeriodName.REMIND, filed_on)

    def announcing(accept_by: dt.date | None) -> SentStatement:
        details = {
            "filed_on": filed_on,
            "accept_by": accept_by,
            "unverified": not accept.verified,
            "public_notice": objection.public_notice,
        }
        state = state_at(objection, contract.ObjectionFiled, details)(numbers.revision)
        return ANNOUNCER.announcing(state, subject=objection.uscc, actor=caller.subject)

    await store_with_last_day(
        session,
        objection,
        DueDay.ACCEPT,
        start=filed_on,
        period=accept,
        remind=remind,
        announcing=announcing,
    )
    await audit.record(session, objection, caller, "objection:file", {"filed_by": objecting.filed_by.value})
    return objection


def take_over(objection: Objection, contested: Contested, target: Target) -> None:
    """What is known of what the objection is against. Whoever filed at another system, or had an officer file, before
    the household was heard of is its operator, who finds it among their own from now on.
    """
    elsewhere = (FiledBy.COUNTER, FiledBy.DIRECTORY, FiledBy.NATIONAL)
    for_operator = objection.filed_by in elsewhere and target.against is not NOTICE
    if objection.operator_ref is None and for_operator and contested.household_known:
        objection.operator_ref = contested.operator_ref
    objection.uscc, objection.county = contested.uscc, contested.county
    objection.run, objection.year = contested.run, contested.year or target.year
    objection.public_notice = contested.public_notice
    objection.contested_on, objection.contested_region = contested.contested_on, contested.contested_region
    objection.household_heard = contested.household_known


def receipt_text(year: int, county: str, number: int) -> str:
    """The number of a receipt: year, county, serial number of at least six digits."""
    return f"{year}{county}{number:06d}"


async def _join(
    session: AsyncSession, objection: Objection, order: FilingOrder, caller: Caller, at: dt.datetime
) -> Objection:
    """Add what is said now to the objector's open objection. Whoever is about to decide has to read it again."""
    if objection.state not in UNDECIDED:
        raise DecidedAlready(f"回执号 {objection.receipt} 的异议已经作出决定，正在办结；办结后可以再提。")
    said = joined_statement(objection.statement, order.statement, at.astimezone(clock.CHINA).date())
    grounds = joined_grounds(objection.grounds, order.grounds)
    if (said, grounds) != (objection.statement, objection.grounds):
        objection.statement, objection.grounds = said, grounds
        objection.version += 1
        await session.flush()
        await audit.record(session, objection, caller, "objection:join", {"grounds": len(grounds)})
    return objection


async def withdraw(session: AsyncSession, objection: Objection, caller: Caller, consent: str | None) -> Objection:
    """The objector takes a locked objection back, any time before the decision; at the counter with their consent."""
    own = caller.operator_ref is not None and caller.operator_ref == objection.operator_ref
    if not own and consent is None:
        raise ConsentMissing("代异议人撤回，要写明本人怎样同意（consent）。")
    recorded = {"consent": "recorded"} if consent is not None else {}
    return await move(
        session, objection, ObjectionState.WITHDRAWN, contract.ObjectionWithdrawn, caller, audited=recorded
    )


async def end_with_application(session: AsyncSession, objection: Objection, cause: Event) -> Objection:
    """The application that a locked objection is about was withdrawn: there is nothing left to object to."""
    objection.reason = "所对的申报已撤回，异议随之终止。"
    because = {"because": "application-withdrawn"}
    return await move(
        session,
        objection,
        ObjectionState.WITHDRAWN,
        contract.ObjectionWithdrawn,
        BUS,
        audited=because,
        cause=cause,
    )
