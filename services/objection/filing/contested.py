"""What an objection is against, looked up in what the other services told."""

import uuid
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.filing.domain import Contested, Target
from services.objection.filing.problems import (
    CountyMissing,
    DecisionNotOfHousehold,
    NoticeUnheard,
    NotOnNotice,
    SubjectMissing,
)
from services.objection.objections.lock_order import hold_unheard
from services.objection.registers import repository as register_repository
from services.objection.registers.domain import Against
from services.objection.registers.models import Household
from services.objection.registers.repository import HOUSEHOLDS, TypeInForce


async def find_contested(session: AsyncSession, target: Target) -> Contested:
    """As far as it has been heard of. 404 for what is known to be another household's, 422 when too little is said."""
    if target.against is not Against.TYPING and target.subject is None:
        raise SubjectMissing(f"请在 subject 中写明是哪一份申报或哪一项认定（对“{target.against.label}”提出异议）。")
    if target.against is Against.TYPING:
        return await _result(session, target)
    if target.against is Against.PUBLIC_NOTICE:
        return await _on_notice(session, target)
    return await _decision(session, target)


async def with_application(session: AsyncSession, target: Target) -> Target:
    """An objection to a public notice may name the household instead of its application, whose number the public list
    does not show. 404 for a household that is not on it; 409 as long as the list has not been heard of.
    """
    named = target.against is Against.PUBLIC_NOTICE and target.subject is None
    if not named or target.public_notice is None or target.uscc is None:
        return target
    found = await register_repository.applications_on_notice(session, target.public_notice, target.uscc)
    if found:
        return replace(target, subject=found[0]) if len(found) == 1 else target
    notice = await register_repository.get_notice(session, target.public_notice)
    if notice is None or notice.opens_on is None:
        raise NoticeUnheard
    raise NotOnNotice


async def find_contested_surely(session: AsyncSession, target: Target) -> Contested:
    """As above. What has not been heard of is looked up again once nobody is about to hear of it: who does waits for
    this filing to be stored, and judges it then.
    """
    contested = await find_contested(session, target)
    if contested.contested_on is not None and contested.household_known:
        return contested
    await hold_unheard(session)
    session.expire_all()
    return await find_contested(session, target)


async def _result(session: AsyncSession, target: Target) -> Contested:
    """The household's type in force; one of a later year has not been heard of."""
    code = known_code(target.uscc)
    household = await register_repository.type_in_force(session, code)
    contested = _place(target, code, household)
    if household is None or household.typed_run is None:
        return contested
    if target.year is not None and household.typed_year is not None and target.year > household.typed_year:
        return replace(contested, latest_year=household.typed_year)
    return replace(
        contested,
        run=household.typed_run,
        year=household.typed_year,
        latest_year=household.typed_year,
        policy=household.policy,
        contested_on=household.published_on,
        counted_from=household.published_on,
        contested_region=household.decided_by_region,
    )


async def _on_notice(session: AsyncSession, target: Target) -> Contested:
    """The application on a notice: on the one that is named, or on its latest."""
    assert target.subject is not None  # noqa: S101 - looked at above
    withdrawn = await is_withdrawn(session, target.subject)
    wanted = target.public_notice or await register_repository.latest_notice_of(session, target.subject)
    notice = await register_repository.get_notice(session, wanted) if wanted is not None else None
    if notice is None or notice.opens_on is None:
        contested = await _of_household(session, target, target.uscc)
        return replace(contested, public_notice=target.public_notice, stands=not withdrawn)
    item = await register_repository.notice_item(session, notice.id, target.subject)
    if item is None or target.uscc not in (None, item.uscc):
        raise NotOnNotice
    contested = await _of_household(session, target, item.uscc, notice.county)
    return replace(
        contested,
        county=notice.county,
        contested_on=notice.opens_on,
        counted_from=notice.opens_on,
        contested_region=notice.decided_by_region,
        public_notice=notice.id,
        closes_on=notice.closes_on,
        stands=not withdrawn,
    )


async def is_withdrawn(session: AsyncSession, application: uuid.UUID) -> bool:
    """Whether an application on notice has been withdrawn, so that there is nothing to object to."""
    known = await register_repository.get_decision(session, Against.PUBLIC_NOTICE, application)
    return known is not None and not known.stands


async def _decision(session: AsyncSession, target: Target) -> Contested:
    """A decision about an application or a recognition."""
    assert target.subject is not None  # noqa: S101 - looked at above
    decision = await register_repository.get_decision(session, target.against, target.subject)
    if decision is None:
        return await _of_household(session, target, target.uscc)
    if target.uscc not in (None, decision.uscc):
        raise DecisionNotOfHousehold
    contested = await _of_household(session, target, decision.uscc, decision.region)
    return replace(
        contested,
        contested_on=decision.decided_on,
        counted_from=decision.counted_from,
        contested_region=decision.decided_by_region,
        stands=decision.stands,
    )


async def _of_household(
    session: AsyncSession, target: Target, uscc: str | None, county: str | None = None
) -> Contested:
    """The household, read from the copy, and where it is."""
    code = known_code(uscc)
    return _place(target, code, await HOUSEHOLDS.get(session, code), county)


def known_code(uscc: str | None) -> str:
    """The code that was given; 422 where neither the objector nor anything heard of names the household."""
    if uscc is None:
        raise SubjectMissing("平台还没有收到这件事的消息；请在 uscc 中写明是哪一户，异议照收。")
    return uscc


def _place(
    target: Target, uscc: str, household: Household | TypeInForce | None, county: str | None = None
) -> Contested:
    """Where a household is: by its register entry, by what is objected to, or as the objector says."""
    place = household.region if household is not None else county or target.county
    if place is None:
        raise CountyMissing
    return Contested(
        uscc=uscc,
        county=place,
        household_known=household is not None and is_known(household),
        operator_ref=household.operator_ref if household is not None else None,
    )


def is_known(household: Household | TypeInForce) -> bool:
    """Whether the household's operator is known, or its register entry says that there is none: a type is told with
    the operator of that day, if there was one, and does not say that there is none now.
    """
    return household.changed_revision > 0 or household.operator_ref is not None
