"""A survey: proposed, opened by another person, answered once without a name, shown when nobody can answer any more."""

import asyncio
import datetime as dt
from typing import Any

import httpx

from shared import clock
from shared.clock import CHINA
from shared.database.direct import fetch
from shared.platform.identity import Role
from tests.fixtures.waiting import until_blocked
from tests.integration.support.support_client import CITY, COUNTY, SupportClient, household_typed, uscc
from tests.integration.support.test_monitoring import listed

LAST = clock.today() + dt.timedelta(days=20)
KNOWS = {
    "id": "knows",
    "text": "是否知道免申即享？（示例）",
    "measures": "awareness",
    "options": [{"id": "yes", "label": "知道", "positive": True}, {"id": "no", "label": "不知道"}],
}
SURVEY: dict[str, Any] = {
    "title": "政策知晓情况（示例）",
    "panel": "sample",
    "type": "growth",
    "seed": "2026-3",
    "size": 24,
    "questions": [KNOWS],
    "until": str(LAST),
}


async def opened(office: SupportClient, **changed: Any) -> str:
    """A survey that another person has opened; its id."""
    proposed = await office.post("/v1/surveys", SURVEY | changed, subject="clerk")
    assert proposed.status_code == 201, proposed.text
    path = f"/v1/surveys/{proposed.json()['id']}/opening"
    own = await office.post(path, None, Role.APPROVER, match="*", subject="clerk")
    assert own.json()["title"] == "须由另一人办理"
    assert (await office.post(path, None, Role.APPROVER, match="*", subject="head")).status_code == 200
    return str(proposed.json()["id"])


async def test_a_seeded_sample_answers_once_and_only_counts_are_kept(office: SupportClient) -> None:
    await office.hear(*(household_typed(number, type="growth") for number in range(1, 31)))
    query = {"seed": "2026-3", "type": "growth", "size": 24}
    drawn = [one["uscc"] for one in (await office.get("/v1/samples", query=query)).json()["households"]]
    survey = await opened(office)
    path = f"/v1/surveys/{survey}"
    shown = await office.get(path)
    assert (shown.headers["etag"], shown.json()["proposed_by"]) == (shown.json()["etag"], "clerk")
    assert shown.json()["counting"] == {"knows": ["yes"]}
    numbers = {uscc(number): number for number in range(1, 31)}
    invited = [numbers[code] for code in drawn]
    [stranger, *_] = sorted(set(range(1, 31)) - set(invited))
    assert (await office.get("/v1/surveys/mine", Role.OPERATOR, number=stranger)).json() == []

    async def answer(number: int, chosen: str, operator: int | None = None) -> int:
        body = {"uscc": uscc(number), "answers": {"knows": chosen}}
        return (await office.post(f"{path}/answers", body, Role.OPERATOR, number=operator or number)).status_code

    assert await answer(stranger, "yes") == 404
    assert await answer(invited[0], "yes", operator=invited[1]) == 404
    assert await answer(invited[0], "perhaps") == 422
    assert sorted(await asyncio.gather(*(answer(invited[0], "yes") for _ in range(3)))) == [204, 409, 409]
    for place, number in enumerate(invited[1:]):
        assert await answer(number, "no" if place < 11 else "yes") == 204
    [mine] = (await office.get("/v1/surveys/mine", Role.OPERATOR, number=invited[0])).json()
    assert mine["answered"] is True
    assert (await office.get(f"{path}/results")).json()["title"] == "问卷还没有截止"
    with clock.travel(dt.datetime.combine(LAST + dt.timedelta(days=1), dt.time(9), CHINA)):
        assert await answer(invited[0], "yes") == 409
        view = (await office.get(f"{path}/results")).json()
        assert (await office.get(f"{path}/results", region="12")).status_code == 404
    [row] = view["results"][0]["rows"]
    assert (view["invited"], row["counties"], row["answered"], row["rate"]) == (24, [COUNTY], 24, round(100 * 13 / 24))
    assert [one["answers"] for one in row["options"]] == [13, 11]
    told = [one["data"] for one in await office.events("SurveyInvited")]
    assert [(one["uscc"], one["what"], one["until"]) for one in told] == [
        (code, SURVEY["title"], str(LAST)) for code in sorted(drawn)
    ]
    said = [one["data"] for one in await office.events("SurveyAnswered")]
    assert {one["invitation"] for one in said} == {one["invitation"] for one in told}
    assert "yes" not in str(said)
    assert len(said) == 24, "once each"
    kept = await office.sql("select county, question, option, answers from survey_tally order by option")
    assert [tuple(one) for one in kept] == [(COUNTY, "knows", "no", 11), (COUNTY, "knows", "yes", 13)]


async def withdrawn_while_answered(office: SupportClient, path: str) -> list[httpx.Response]:
    """The survey is withdrawn and then answered, while both wait for somebody who looks at the invitations."""
    database, reason = office.resources.database, {"reason": "题目写错（示例）"}
    answers = {"uscc": uscc(1), "answers": {"knows": "yes"}}
    async with database.transaction() as session:
        await fetch(session, "SELECT 1 FROM survey_invitation FOR UPDATE")
        asked = [office.post(f"{path}/withdrawal", reason, Role.APPROVER, match="*", subject="head")]
        asked.append(office.post(f"{path}/answers", answers, Role.OPERATOR))
        waiting = []
        for sessions, one in enumerate(asked, 1):
            waiting.append(asyncio.ensure_future(one))
            await until_blocked(database, *waiting, sessions=sessions)
    return await asyncio.gather(*waiting)


async def test_contact_points_are_asked_and_a_questionnaire_that_is_wrong_is_refused_with_what_is_right(
    office: SupportClient,
) -> None:
    await office.hear(household_typed(1), household_typed(2))
    asked = {"panel": "contact-points", "type": None, "seed": None, "size": None}
    proposed = (await office.post("/v1/surveys", SURVEY | asked, subject="clerk")).json()
    path = f"/v1/surveys/{proposed['id']}"
    nobody = await office.post(f"{path}/opening", None, Role.APPROVER, match="*", subject="head")
    assert nobody.json()["title"] == "没有可以邀请的户"
    await listed(office, chosen_as="contact-point", until=None)
    told = await office.post(f"{path}/opening", None, Role.APPROVER, match="*", subject="head")
    assert told.json() == {"invited": 1}
    assert [one["uscc"] for one in (await office.get("/v1/surveys/mine", Role.OPERATOR)).json()] == [uscc(1)]
    again = await office.post(f"{path}/giving-up", None, match="*")
    assert again.status_code == 409
    back, late = await withdrawn_while_answered(office, path)
    assert back.json()["state_label"] == "已撤回"
    assert late.status_code == 404
    assert await office.events("SurveyAnswered") == await office.sql("select * from survey_tally") == []
    assert (await office.get("/v1/surveys/mine", Role.OPERATOR)).json() == []
    assert (await office.get(f"{path}/results")).json()["title"] == "问卷已经撤回"
    [withdrawn] = await office.events("SurveyWithdrawn")
    assert withdrawn["data"]["uscc"] == uscc(1)
    assert (await office.post(f"{path}/withdrawal", {"reason": "再次"}, Role.APPROVER, match="*")).status_code == 409
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"size": None}, "type、seed、size"),
        ({"until": "2020-01-01"}, "不能早于今天"),
        ({"questions": [KNOWS, KNOWS]}, "编号“knows”重复"),
        ({"questions": [KNOWS | {"options": [{"id": "a", "label": "好"}, {"id": "b", "label": "差"}]}]}, "知晓率"),
    ]
    for change, said in wrong:
        refused = await office.post("/v1/surveys", SURVEY | change, region=CITY)
        assert refused.status_code == 422
        assert said in refused.json()["detail"]
