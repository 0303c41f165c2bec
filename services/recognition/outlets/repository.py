"""SQL of operators' consents for credit institutions."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.outlets.models import CreditConsent
from services.recognition.registers.models import Household


async def upsert_consent(session: AsyncSession, consent: CreditConsent) -> CreditConsent:
    """Store a consent; it replaces the one in force for the same household and institution."""
    names = ("uscc", "county", "operator_ref", "institution", "until", "given_by", "given_at")
    statement = insert(CreditConsent).values({name: getattr(consent, name) for name in names})
    again = statement.on_conflict_do_update(
        index_elements=["uscc", "institution"],
        index_where=CreditConsent.withdrawn_at.is_(None),
        set_={name: getattr(statement.excluded, name) for name in names},
    )
    return (await session.execute(again.returning(CreditConsent))).scalar_one()


async def lock_own_consent(session: AsyncSession, consent_id: uuid.UUID, operator_ref: str) -> CreditConsent | None:
    """An operator's own consent, locked."""
    query = select(CreditConsent).filter_by(id=consent_id, operator_ref=operator_ref)
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def consents_of_operator(session: AsyncSession, operator_ref: str) -> Sequence[CreditConsent]:
    """An operator's consents, the newest first."""
    query = select(CreditConsent).filter_by(operator_ref=operator_ref)
    return (await session.execute(query.order_by(CreditConsent.given_at.desc(), CreditConsent.id))).scalars().all()


async def lock_consent_in_force(
    session: AsyncSession, uscc: str, institution: str, scope: str, day: dt.date
) -> CreditConsent | None:
    """The consent by which an institution may read about a household today: not withdrawn, not expired, and given by
    the current operator. Locked against a concurrent withdrawal.
    """
    query = (
        select(CreditConsent)
        .join(Household, Household.uscc == CreditConsent.uscc)
        .where(CreditConsent.uscc == uscc, CreditConsent.institution == institution)
        .where(CreditConsent.withdrawn_at.is_(None), CreditConsent.until >= day)
        .where(Household.operator_ref == CreditConsent.operator_ref)
        .where(Household.region.startswith(scope, autoescape=True))
    )
    return (await session.execute(query.with_for_update(read=True, of=CreditConsent))).scalar_one_or_none()
