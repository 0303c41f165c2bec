"""What happens to a recognition, step by step: recognised, reported, confirmed, checked, moved, ended."""

import datetime as dt
from typing import Any

import httpx

from shared import clock
from shared.contracts.typing import HouseholdChanged
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import operator, uscc
from tests.integration.recognition.recommendation_steps import draft_recommendation, recommendation_step
from tests.integration.recognition.walkthrough import Walkthrough


async def recognise_recommended(walkthrough: Walkthrough) -> str:
    answer = await draft_recommendation(walkthrough)
    await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=1)
    assert (
        await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="culture")
    ).status_code == 200
    reviewed = await walkthrough.review(
        answer.json()["id"], category="quality", criteria=["quality.3"], verified=["quality.3"]
    )
    assert reviewed.status_code == 200, reviewed.text
    await walkthrough.show()
    done = await walkthrough.decide(answer.json()["id"])
    assert done.status_code == 201, done.text
    return str(done.json()["id"])


async def file_report_of(
    walkthrough: Walkthrough, recognition: str, year: int, on: dt.date | None = None, number: int = 1, **content: Any
) -> httpx.Response:
    """The operator's report, in July unless told otherwise."""
    body = {"recognition": recognition, "year": year, "content": content or {"changes": "没有变化"}}
    with clock.travel(on or dt.date(year, 7, 20)):
        return await walkthrough.office.client.post(
            "/v1/information-reports", json=body, headers=walkthrough.office.as_(Role.OPERATOR, number=number)
        )


CONFIRMS = dt.date(2027, 8, 20)


async def review_report(walkthrough: Walkthrough, recognition: str, year: int = 2027, number: int = 1) -> None:
    """The year's report is filed and read."""
    with clock.travel(dt.date(year, 7, 20)):
        assert (await file_report(walkthrough, recognition, year, number)).status_code == 200
        done = await walkthrough.do(f"/v1/information-reports/{recognition}/{year}/review", {"finding": "与年报一致"})
        assert done.status_code == 200, done.text


async def confirm_year(
    walkthrough: Walkthrough, recognition: str, year: int = 2027, on: dt.date = CONFIRMS
) -> httpx.Response:
    with clock.travel(on):
        return await act(walkthrough, recognition, "confirmation", {"year": year})


GRANTED = dt.date(2026, 11, 25)


async def recognise(walkthrough: Walkthrough, *numbers: int) -> list[str]:
    """Recognised households; the ids of their recognitions."""
    found = []
    for application in await walkthrough.to_decision(*numbers):
        answer = await walkthrough.decide(application, on=GRANTED)
        assert answer.status_code == 201, answer.text
        found.append(str(answer.json()["id"]))
    return found


async def dossier_of(walkthrough: Walkthrough, recognition: str) -> httpx.Response:
    return await walkthrough.office.get(f"/v1/recognitions/{recognition}/file")


async def act(
    walkthrough: Walkthrough,
    recognition: str,
    what: str,
    body: Any = None,
    role: Role = Role.OFFICER,
    subject: str = "officer",
) -> httpx.Response:
    headers = walkthrough.office.as_(role, subject=subject) | {
        "If-Match": (await dossier_of(walkthrough, recognition)).headers["ETag"]
    }
    return await walkthrough.office.client.post(f"/v1/recognitions/{recognition}/{what}", json=body, headers=headers)


async def file_report(walkthrough: Walkthrough, recognition: str, year: int, number: int = 1) -> httpx.Response:
    body = {"recognition": recognition, "year": year, "content": {"employees": 3, "honours": ["示范店"]}}
    headers = walkthrough.office.as_(Role.OPERATOR, number=number)
    return await walkthrough.office.client.post("/v1/information-reports", json=body, headers=headers)


GROUNDS = {"facts": "申报材料与原件不符", "reason": "申报材料系伪造", "citations": ["三（二）2"]}
DECISION = {"document": "取消〔2027〕1号", "reason": "申报材料系伪造"}


async def propose(
    walkthrough: Walkthrough, recognition: str, what: str, subject: str = "officer", **changed: object
) -> httpx.Response:
    body = GROUNDS | {"what": what} | changed
    return await act(walkthrough, recognition, "proposals", body, subject=subject)


async def serve(
    walkthrough: Walkthrough, recognition: str, what: str, subject: str = "officer", paper: str = "notice"
) -> httpx.Response:
    """The notice of facts and reasons, or the decision, was served today."""
    body = {"document": "告知〔2027〕1号", "served_on": clock.today().isoformat(), "how": "letter"}
    return await act(walkthrough, recognition, f"proposals/{what}/{paper}", body, subject=subject)


async def state(
    walkthrough: Walkthrough, recognition: str, what: str, number: int = 1, **said: object
) -> httpx.Response:
    """The operator states, or waives it."""
    headers = walkthrough.office.as_(Role.OPERATOR, number=number)
    path = f"/v1/recognitions/{recognition}/proposals/{what}/statement"
    return await walkthrough.office.client.post(path, json=said or {"waived": True}, headers=headers)


async def waive_at_counter(walkthrough: Walkthrough, recognition: str, what: str) -> httpx.Response:
    """The operator says at the counter that they have nothing to state."""
    path = f"/v1/recognitions/{recognition}/proposals/{what}/statement"
    return await walkthrough.do(path, {"waived": True, "document": "放弃陈述申辩书1号"}, subject="counter")


async def end_recognition(walkthrough: Walkthrough, recognition: str, what: str, on: dt.date) -> httpx.Response:
    """Proposed by one, served, waived by the operator, decided by another."""
    with clock.travel(on):
        for answer in (
            await propose(walkthrough, recognition, what),
            await serve(walkthrough, recognition, what),
            await waive_at_counter(walkthrough, recognition, what),
        ):
            assert answer.status_code == 200, answer.text
        return await act(walkthrough, recognition, what, DECISION, role=Role.APPROVER, subject="decider")


def household_moved(number: int, county: str, revision: int = 20, person: int | None = None) -> HouseholdChanged:
    return HouseholdChanged(
        uscc=uscc(number),
        name="迁移商户",
        region=county,
        status="registered",
        operator_ref=operator(number if person is None else person),
        revision=revision,
    )


async def decide_evaluation(walkthrough: Walkthrough, evaluation: str, subject: str) -> Any:
    """Whether a recognition is extended, as an approver decides upon its evaluation."""
    headers = walkthrough.office.as_(Role.APPROVER, subject=subject) | {"If-Match": "*"}
    path = f"/v1/evaluations/{evaluation}/decision"
    return await walkthrough.office.client.post(path, json={"reason": "按评估结果"}, headers=headers)
