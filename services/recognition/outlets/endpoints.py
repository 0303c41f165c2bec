"""`/v1/certificates`, `/v1/credit-consents`, `/v1/credit`.

Verification of a certificate; operators give and withdraw consent, institutions read with it.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.recognition.outlets import repository as credit_repository
from services.recognition.outlets.problems import CertificateUnknown, NotConsented
from services.recognition.outlets.schemas import (
    CODE_WRONG,
    AskedCode,
    CertificateView,
    ConsentToReadBody,
    CreditConsentView,
    CreditMatchRow,
    CreditMatchView,
    CreditView,
    is_code,
)
from services.recognition.outlets.service import (
    give_consent,
    own_consent,
    read_for_credit,
    record_refusal,
    withdraw_consent,
)
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.registers.operators import require_settled_operator
from services.recognition.resources import ResourcesDep
from shared.database.connections import Database
from shared.database.row_scope import EVERYWHERE
from shared.platform.errors import ServiceError
from shared.platform.fields import UsccLookup
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

certificate_router = APIRouter(prefix="/v1", tags=["certificates"], route_class=TransactionalRoute)


@certificate_router.get("/certificates/{code}", summary="核验证书")
async def verify_certificate(
    code: Annotated[str, Path(pattern=r"^[0-9A-F]{20}$")], session: SessionDep, _: Annotated[Caller, anyone()]
) -> CertificateView:
    """The recognition of a verification code, valid or ended."""
    recognition = or_404(await recognition_repository.get_by_certificate(session, code), CertificateUnknown)
    return CertificateView.of(recognition)


credit_router = APIRouter(prefix="/v1", tags=["credit"], route_class=TransactionalRoute)

Operator = Annotated[Caller, allow(Role.OPERATOR)]


@credit_router.post("/credit-consents", status_code=201, summary="同意金融机构查询本户的认定情况")
async def grant_consent(
    body: ConsentToReadBody, session: SessionDep, resources: ResourcesDep, caller: Operator
) -> CreditConsentView:
    """`institution` is the subject under which the institution calls. A new operator waits for a term."""
    await require_settled_operator(session, body.uscc, resources.settings.new_operator_days)
    given = await give_consent(session, body.uscc, body.institution, body.until, caller)
    return CreditConsentView.of(given)


@credit_router.get("/credit-consents", summary="本人给出的同意")
async def list_consents(session: SessionDep, caller: Operator) -> Page[CreditConsentView]:
    """Including withdrawn ones."""
    consents = await credit_repository.consents_of_operator(session, caller.operator_ref or "")
    return Page(items=[CreditConsentView.of(consent) for consent in consents])


@credit_router.post("/credit-consents/{consent_id}/withdrawal", summary="撤回同意（随时，立即生效）")
async def revoke_consent(consent_id: uuid.UUID, session: SessionDep, caller: Operator) -> CreditConsentView:
    """No version is required: a withdrawal must always succeed."""
    consent = await own_consent(session, consent_id, caller)
    return CreditConsentView.of(await withdraw_consent(session, consent, caller))


@credit_router.get("/credit/{uscc}", summary="金融机构查询一户的认定情况（须经营者同意，逐次留痕）")
async def read_recognition(
    uscc: Annotated[UsccLookup, Path()],
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.SYSTEM)],
) -> CreditView:
    """The audit entry, also of a refusal, is committed before the answer is sent."""
    return await _read_one(resources.database, uscc, caller)


@credit_router.get("/credit", summary="金融机构批量查询认定情况（逐户须经营者同意，逐户留痕）")
async def match_recognitions(
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.SYSTEM)],
    uscc: Annotated[
        list[AskedCode], Query(description="统一社会信用代码，可以重复这个参数", min_length=1, max_length=100)
    ],
) -> CreditMatchView:
    """Each household by itself, in the order asked: what one refuses says nothing of the others. No POST, whose answer
    could be had again under its Idempotency-Key after the consent was withdrawn.
    """
    matches = []
    for code in dict.fromkeys(uscc):
        if not is_code(code):
            matches.append(CreditMatchRow.refused(code, CODE_WRONG))
            continue
        try:
            matches.append(CreditMatchRow.read(await _read_one(resources.database, code, caller)))
        except NotConsented as refused:
            matches.append(CreditMatchRow.refused(code, refused.detail))
    return CreditMatchView(items=matches)


async def _read_one(database: Database, uscc: str, caller: Caller) -> CreditView:
    """The read has its own transaction because it locks the consent until the entry is written."""
    try:
        async with database.transaction(EVERYWHERE) as own:
            return CreditView.of(uscc, await read_for_credit(own, uscc, caller))
    except ServiceError:
        async with database.transaction() as own:
            await record_refusal(own, uscc, caller)
        raise
