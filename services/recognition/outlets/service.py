"""Badges that may be shown. Credit institutions read about a household only with its operator's consent; every reading
is audited.
"""

import datetime as dt
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.outlets import repository as credit_repository
from services.recognition.outlets.domain import BadgeWithdrawal, withdrawal_of
from services.recognition.outlets.models import CreditConsent
from services.recognition.outlets.problems import (
    BadgeWithdrawn,
    ConsentEndsInPast,
    ConsentNotFound,
    NotConsented,
    NotRecognised,
)
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.models import Recognition
from services.recognition.registers import repository as register_repository
from services.recognition.registers.problems import HouseholdNotFound
from shared import clock
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.lookups import or_404


async def shown_badge(session: AsyncSession, uscc: str) -> Recognition:
    """The recognition whose badge a household may show; BadgeWithdrawn for the latest one if that may not be shown."""
    recognition = await recognition_repository.get_valid_recognition(session, uscc)
    if recognition is None:
        earlier = await recognition_repository.recognitions_of_household(session, uscc, "")
        recognition = or_404(next(iter(earlier), None), NotRecognised)
    withdrawal = badge_withdrawal(recognition)
    if withdrawal is not None:
        said = f"这一户的标识已失效：{withdrawal.reason.label}，自{withdrawal.since}起。"
        raise BadgeWithdrawn(said, reason=withdrawal.reason.value, since=withdrawal.since.isoformat())
    return recognition


def badge_withdrawal(recognition: Recognition) -> BadgeWithdrawal | None:
    """Why the badge of a recognition is withdrawn today; None: it may be shown."""
    state = recognition.state_on(clock.today())
    return withdrawal_of(state, recognition.valid_until, recognition.ended_on, recognition.concerns)


async def give_consent(
    session: AsyncSession, uscc: str, institution: str, until: dt.date, caller: Caller
) -> CreditConsent:
    """An operator's consent for the own household, until a day; it replaces an earlier one for the same institution."""
    household = await register_repository.HOUSEHOLDS.get(session, uscc)
    if household is None or caller.operator_ref is None or household.operator_ref != caller.operator_ref:
        raise HouseholdNotFound("没有以您为经营者的这一户个体工商户")
    if until < clock.today():
        raise ConsentEndsInPast
    consent = CreditConsent(
        uscc=uscc,
        county=household.region,
        operator_ref=caller.operator_ref,
        institution=institution,
        until=until,
        given_by=caller.subject,
        given_at=clock.now(),
    )
    given = await credit_repository.upsert_consent(session, consent)
    await audit.record(session, given, caller, "credit:consent", {"until": until.isoformat()})
    return given


async def withdraw_consent(session: AsyncSession, consent: CreditConsent, caller: Caller) -> CreditConsent:
    """Withdraw a consent with immediate effect; doing so again changes nothing."""
    if consent.withdrawn_at is None:
        consent.withdrawn_at = clock.now()
        await audit.record(session, consent, caller, "credit:withdraw")
    return consent


async def read_for_credit(session: AsyncSession, uscc: str, caller: Caller) -> Recognition | None:
    """The household's valid recognition, for an institution with a consent in force; else 403, without saying why."""
    consent = await credit_repository.lock_consent_in_force(session, uscc, caller.subject, caller.region, clock.today())
    if consent is None:
        raise NotConsented
    await audit.record(session, consent, caller, "credit:read", {"consent": str(consent.id)})
    return await recognition_repository.get_valid_recognition(session, uscc)


async def record_refusal(session: AsyncSession, uscc: str, caller: Caller) -> None:
    """The audit entry of a refused read, in the household's county if it is known."""
    household = await register_repository.HOUSEHOLDS.get(session, uscc)
    region = household.region if household is not None else caller.region
    await audit.record(
        session,
        audit.about(uscc, region),
        caller,
        "credit:refuse",
        {"institution": caller.subject, "reason": "no-consent"},
    )


async def own_consent(session: AsyncSession, consent_id: uuid.UUID, caller: Caller) -> CreditConsent:
    """A consent of the caller's own, locked; 404 for any other."""
    return or_404(
        await credit_repository.lock_own_consent(session, consent_id, caller.operator_ref or ""), ConsentNotFound
    )
