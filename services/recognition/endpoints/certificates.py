"""``/v1/certificates/{code}``: anyone checks a certificate; what is said is as of now."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.recognition.repository import recognitions
from services.recognition.schemas.certificates import CertificateView
from shared.service.identity import Caller, anyone
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep

router = APIRouter(prefix="/v1", tags=["certificates"])


@router.get("/certificates/{code}", summary="核验证书")
async def verify(
    code: Annotated[str, Path(pattern=r"^[0-9A-F]{20}$")], session: SessionDep, _: Annotated[Caller, anyone()]
) -> CertificateView:
    """The recognition behind a verification code, whatever has become of it."""
    found = await recognitions.by_certificate(session, code)
    if found is None:
        raise Problem(404, "certificate-unknown", "没有这个证书", "没有这个核验码，请核对后再查询")
    return CertificateView.of(found)
