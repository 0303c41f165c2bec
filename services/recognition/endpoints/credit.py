"""``/v1/credit-consents``: operators give and withdraw; ``/v1/credit/{uscc}``: institutions read with consent."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Path

from services.recognition.repository import credit
from services.recognition.resources import ResourcesDep
from services.recognition.schemas.applications import Uscc
from services.recognition.schemas.credit import ConsentToReadBody, CreditConsentView, CreditView
from services.recognition.service.credit import (
    give_consent,
    own_consent,
    read_for_credit,
    record_refusal,
    withdraw_consent,
)
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["credit"], route_class=TransactionalRoute)

Operator = Annotated[Caller, allow(Role.OPERATOR)]


@router.post("/credit-consents", status_code=201, summary="同意金融机构查询本户的认定情况")
async def give(body: ConsentToReadBody, session: SessionDep, caller: Operator) -> CreditConsentView:
    """`institution` is the name under which the institution calls."""
    given = await give_consent(session, body.uscc, body.institution, body.until, caller)
    return CreditConsentView.of(given)


@router.get("/credit-consents", summary="本人给出的同意")
async def listed(session: SessionDep, caller: Operator) -> Page[CreditConsentView]:
    """Withdrawn ones, too."""
    found = await credit.given_by(session, caller.operator_ref or "")
    return Page(items=[CreditConsentView.of(one) for one in found])


@router.post("/credit-consents/{consent_id}/withdrawal", summary="撤回同意（随时，立即生效）")
async def withdraw(consent_id: uuid.UUID, session: SessionDep, caller: Operator) -> CreditConsentView:
    """Nothing may stand in its way: no version is asked for."""
    consent = await own_consent(session, consent_id, caller)
    return CreditConsentView.of(await withdraw_consent(session, consent, caller))


@router.get("/credit/{uscc}", summary="金融机构查询一户的认定情况（须经营者同意，逐次留痕）")
async def read(
    uscc: Annotated[Uscc, Path()],
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.SYSTEM)],
) -> CreditView:
    """The audit entry is committed before the answer is sent; that of a refusal, too. A transaction of its own, though
    it is a GET: the consent is locked until the reading is written down.
    """
    try:
        async with resources.database.transaction() as own:
            return CreditView.of(uscc, await read_for_credit(own, uscc, caller))
    except Problem:
        async with resources.database.transaction() as own:
            await record_refusal(own, uscc, caller)
        raise
