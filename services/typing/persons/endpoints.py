"""`/v1/operator-references`: the pseudonym that the identity provider writes into an operator's token.

The provider knows the number and must not know the key: with it, every number of the country could be tried. The
number is neither kept nor logged, the answer is not kept for repeated calls, and each look-up is in the audit by what
it found.
"""

from typing import Annotated

from fastapi import APIRouter

from services.typing.persons.problems import NotAnId
from services.typing.persons.schemas import IdNumberBody, OperatorReferenceView
from services.typing.resources import ResourcesDep
from shared.platform import audit
from shared.platform.audit import about
from shared.platform.idempotency import keep_no_answer
from shared.platform.identity import Caller, Role, allow
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.operator_ids import person_id
from shared.reference.personal_data import read_pseudonym_keys

router = APIRouter(prefix="/v1", tags=["operator-references"], route_class=TransactionalRoute)


@router.post("/operator-references", summary="按证件号码查经营者假名（只供身份认证系统）")
async def look_up_reference(
    body: IdNumberBody, session: SessionDep, resources: ResourcesDep, caller: Annotated[Caller, allow(Role.SYSTEM)]
) -> OperatorReferenceView:
    """The pseudonym under the key in force, and those under earlier keys."""
    number = body.id_number.get_secret_value()
    if person_id(number) is None:
        raise NotAnId
    keys = read_pseudonym_keys(resources.settings.pseudonym_key.get_secret_value())
    reference, *earlier = (one.of(number) for one in keys)
    await audit.record(session, about(reference, caller.region), caller, "operator-reference:read")
    keep_no_answer(session)
    return OperatorReferenceView(operator_ref=reference, earlier=earlier)
