"""Applications and recommendations, set up: drafted, with documents, submitted."""

from typing import Any

import httpx

from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, post_as, post_decision, uscc

PDF = b"%PDF-1.4 made up"


async def draft_application(
    office: RecognitionClient, season: dict[str, Any], number: int = 1, **changed: object
) -> httpx.Response:
    claim = {
        "season": season["id"],
        "uscc": uscc(number),
        "category": "distinctive",
        "category_reason": "特色产品",
        "criteria": ["distinctive.3"],
    }
    return await post_as(office, "/v1/applications", claim | changed, Role.OPERATOR, number=number)


async def add_document(
    office: RecognitionClient,
    application: str,
    evidence: str,
    body: bytes = PDF,
    kind: str = "application/pdf",
    number: int = 1,
) -> httpx.Response:
    return await office.client.post(
        f"/v1/applications/{application}/documents",
        params={"evidence": evidence, "name": "材料"},
        content=body,
        headers=office.as_(Role.OPERATOR, number=number, subject=f"operator-{number}") | {"Content-Type": kind},
    )


async def draft_with_documents(office: RecognitionClient, season: dict[str, Any], number: int = 1) -> httpx.Response:
    """A draft with everything that its claim needs."""
    answer = await draft_application(office, season, number)
    assert answer.status_code == 201, answer.text
    criteria = (await office.client.get("/v1/criteria", params={"region": COUNTY})).json()["items"][0]["categories"]
    wanted = next(one for one in criteria["distinctive"]["criteria"] if one["id"] == "distinctive.3")
    for document in wanted["evidence"]:
        done = await add_document(office, answer.json()["id"], f"distinctive.3:{document}", number=number)
        assert done.status_code == 201, done.text
    return answer


async def submit_application(office: RecognitionClient, season: dict[str, Any], number: int = 1) -> httpx.Response:
    """An application that was handed in."""
    answer = await draft_with_documents(office, season, number)
    path = f"/v1/applications/{answer.json()['id']}/submission"
    return await post_decision(office, path, answer.headers["ETag"], Role.OPERATOR, number=number)
