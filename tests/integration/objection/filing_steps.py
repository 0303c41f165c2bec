"""Filing over HTTP, as its users do: bodies of requests for made-up households."""

from typing import Any

import httpx

from shared.platform.identity import Role
from tests.integration.objection.objection_client import COUNTY, ObjectionClient, uscc
from tests.integration.objection.recognition_events import NOTICE, SUBJECT, application

ZHANG = {"name": "张小明", "contact": "13800138000"}
CONSENT = {"statement": "本人到窗口，当面签署委托书", "given_on": "2026-08-03"}
STATEMENT = "我户上年缴纳社保的人数登记有误，应当符合这一条"


def typing_body(number: int = 1, **changed: Any) -> dict[str, Any]:
    """An objection to the type of a household."""
    known = {
        "against": "typing",
        "uscc": uscc(number),
        "grounds": [{"kind": "clause", "id": "growth.2"}],
        "statement": STATEMENT,
    }
    return known | changed


def notice_body(number: int = 1, **changed: Any) -> dict[str, Any]:
    """An objection to an application on the made-up notice."""
    known = {
        "against": "public-notice",
        "subject": str(application(number)),
        "public_notice": str(NOTICE),
        "grounds": [{"kind": "step", "id": "site-visit"}],
        "statement": "公示的照片不是这家店",
        "objector": ZHANG,
    }
    return known | changed


def decision_body(against: str, **changed: Any) -> dict[str, Any]:
    """An objection to a decision about the first made-up household."""
    known = {
        "against": against,
        "uscc": uscc(1),
        "subject": str(SUBJECT),
        "grounds": [{"kind": "other", "id": "other"}],
        "statement": "理由写明的事实不对",
    }
    return known | changed


async def file(
    office: ObjectionClient, body: dict[str, Any], role: Role = Role.OPERATOR, region: str = COUNTY, **who: Any
) -> httpx.Response:
    """File as the operator of the first made-up household, unless it is said otherwise."""
    return await office.post("/v1/objections", body, role, region, **who)


async def filed(
    office: ObjectionClient, body: dict[str, Any], role: Role = Role.OPERATOR, **who: Any
) -> dict[str, Any]:
    """An objection that was taken."""
    answer = await file(office, body, role, **who)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
