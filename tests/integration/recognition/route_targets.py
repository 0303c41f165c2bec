"""One of everything that a path may name, in an open season: for tests of who may call what."""

import datetime as dt
from collections.abc import Mapping

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import recognise, recognise_recommended
from tests.integration.recognition.recognition_client import RecognitionClient
from tests.integration.recognition.recommendation_steps import draft_recommendation
from tests.integration.recognition.register_deliveries import debtors, deliver
from tests.integration.recognition.route_access import Ids
from tests.integration.recognition.walkthrough import VISITS, Walkthrough


async def make_one_of_each(walkthrough: Walkthrough) -> Ids:
    """A recognition with its evaluation, an application at its review, and what came with them."""
    (recognition,) = await recognise(walkthrough, 1)
    (application,) = await walkthrough.apply(2)
    with clock.travel(dt.date(2029, 6, 1)):
        judged = await walkthrough.do("/v1/evaluations", {"recognition": recognition})
        assert judged.status_code == 201, judged.text
    return Ids(application, recognition, walkthrough.season["id"], await others_of(walkthrough.office, application))


async def others_of(office: RecognitionClient, application: str) -> Mapping[str, str]:
    """One of each other thing that a path may name."""
    found = {}
    for parameter, query in {
        "task_id": f"select id from task where application_id = '{application}'",
        "consultation_id": "select id from consultation",
        "notice_id": "select id from public_notice",
        "document_id": "select id from document",
        "evaluation_id": "select id from evaluation",
        "criteria_id": "select id from criteria",
    }.items():
        found[parameter] = str((await office.sql(query))[0]["id"])
    return found


async def make_what_departments_own(walkthrough: Walkthrough) -> Ids:
    """A question to the tax department, a recommendation and an agreement of the culture department, a delivery of the
    court.
    """
    recognition = await recognise_recommended(walkthrough)
    with clock.travel(dt.date(2029, 6, 1)):
        judged = await walkthrough.do("/v1/evaluations", {"recognition": recognition})
        assert judged.status_code == 201, judged.text
    (application,) = await walkthrough.apply(2)
    await walkthrough.review(application)
    await walkthrough.select()
    with clock.travel(VISITS):
        await walkthrough.visit(application)
        asked = await walkthrough.do("/v1/consultations", {"application": application, "departments": ["tax"]})
        assert asked.status_code == 201, asked.text
        delivered = await deliver(walkthrough.office, debtors("410105198001010011,2026-05-01,"), "dishonest_debtor")
        assert delivered.status_code == 201, delivered.text
    recommendation = (await draft_recommendation(walkthrough, 3)).json()["id"]
    others = {
        "consultation_id": asked.json()[0]["id"],
        "evaluation_id": judged.json()["id"],
        "delivery_id": delivered.json()["id"],
        "document_id": await paper_of(walkthrough.office, recommendation),
    }
    return Ids(recommendation, recognition, walkthrough.season["id"], others)


async def paper_of(office: RecognitionClient, recommendation: str) -> str:
    """The operator's consent on paper, handed in by the department."""
    headers = office.as_(Role.BUREAU, subject="culture") | {"Content-Type": "application/pdf"}
    path, query = f"/v1/applications/{recommendation}/documents", {"evidence": "consent", "name": "同意书"}
    answer = await office.client.post(path, params=query, content=b"%PDF-1.4 ...", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
