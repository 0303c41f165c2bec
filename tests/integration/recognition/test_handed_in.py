"""Applications that were handed in at a national system: as if their operators had applied here at that instant."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from services.recognition.applications import repository as application_repository
from services.recognition.handed_in.models import HandedInApplication
from services.recognition.handed_in.service import take_what_waited
from services.recognition.handlers import HAND_INS
from shared import clock
from shared.contracts.notification import HandedIn, SealedApplication
from shared.messaging.events import new_event
from shared.platform.identity import Role
from shared.platform.sealed_messages import Sealer, UnknownSealingKeyError, new_sealing_keys
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.application_setup import draft_application, draft_with_documents
from tests.integration.recognition.recognition_client import (
    COUNTY,
    RecognitionClient,
    household_typed,
    open_client,
    settings_for,
    uscc,
)
from tests.integration.recognition.recommendation_steps import draft_recommendation
from tests.integration.recognition.season_setup import open_season
from tests.integration.recognition.walkthrough import Walkthrough

KEYS = new_sealing_keys()
DAY = dt.date(2026, 9, 10)
FILED = dt.datetime(2026, 9, 8, 2, 0, tzinfo=dt.UTC)
LAST_EVENING = dt.datetime(2026, 9, 30, 15, 59, tzinfo=dt.UTC)
"""A minute before midnight in China on the last day"""


@pytest.fixture
async def office(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[RecognitionClient]:
    settings = settings_for(database_url, tmp_path / "recognition", issuer, handed_in_applications_keys=KEYS.private)
    async with open_client(settings, issuer) as office:
        yield office


def handed_in(number: int = 1, *, at: dt.datetime = FILED, hand_in: UUID | None = None, **claim: Any) -> HandedIn:
    """What notification tells: an application that needs no document."""
    own = hand_in or uuid4()
    known = {"category": "renowned", "category_reason": "有自己的商标", "criteria": ["renowned.2"], "kinds": []}
    inside = SealedApplication.model_validate({"hand_in": own, "uscc": uscc(number)} | known | claim)
    return HandedIn(
        hand_in=own,
        system="cultivation-platform",
        kind="application",
        reference=f"PT-{number}",
        uscc=uscc(number),
        region=COUNTY,
        year=2026,
        filed_at=at,
        sealed=Sealer(KEYS.public).seal(inside),
    )


async def hear(office: RecognitionClient, said: HandedIn) -> dict[str, Any]:
    """As the consumer does; what recognition answers."""
    async with office.resources.database.transaction() as session:
        event = new_event(said, subject=said.uscc, source="/notification")
        await HAND_INS[HandedIn](session, event, office.resources)
    answers = await office.events("ApplicationHandInAnswered")
    (mine,) = [one["data"] for one in answers if one["data"]["hand_in"] == str(said.hand_in)]
    return dict(mine)


async def test_it_is_submitted_with_the_instant_of_handing_in_and_examined_like_any_other(
    office: RecognitionClient,
) -> None:
    await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        answer = await hear(office, handed_in())
    assert (answer["outcome"], answer["reason"], answer["system"]) == ("taken", None, "cultivation-platform")
    (row,) = await office.sql("select id, state, step, submitted_at, created_by, operator_ref, late from application")
    assert (str(row["id"]), row["state"], row["step"]) == (answer["application"], "in-progress", "review")
    assert (row["submitted_at"], row["created_by"], row["late"]) == (FILED, "cultivation-platform", False)
    assert len(await office.events("ApplicationSubmitted")) == 1
    assert len(await office.sql("select 1 from task where outcome is null")) == 1
    mine = await office.client.get("/v1/applications", headers=office.as_(Role.OPERATOR, number=1))
    assert [one["id"] for one in mine.json()["items"]] == [answer["application"]], "its operator finds it here"


async def test_one_that_was_handed_in_on_the_last_evening_counts_though_it_arrives_later(
    office: RecognitionClient,
) -> None:
    await open_season(office)
    await office.hear(household_typed(1), household_typed(2))
    with clock.travel(dt.date(2026, 10, 2)):
        assert (await hear(office, handed_in(1, at=LAST_EVENING)))["outcome"] == "taken"
        late = await hear(office, handed_in(2, at=LAST_EVENING + dt.timedelta(minutes=2)))
    assert late["outcome"] == "refused"
    assert "提交的日期是 2026-10-01" in late["reason"]


async def test_what_was_filed_here_is_matched_and_never_doubled(office: RecognitionClient) -> None:
    await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        first = await hear(office, handed_in(1))
        again = await hear(office, handed_in(1, category_reason="又交了一次"))
    assert (again["outcome"], again["application"]) == ("matched", first["application"])
    assert len(await office.sql("select 1 from application")) == 1


async def test_a_draft_that_its_operator_began_here_is_completed_by_it_with_the_documents_that_are_there(
    office: RecognitionClient,
) -> None:
    season = await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        drafted = await draft_with_documents(office, season)
        claimed = handed_in(1, category="distinctive", criteria=["distinctive.3"], category_reason="特色产品")
        answer = await hear(office, claimed)
    assert (answer["outcome"], answer["application"]) == ("taken", drafted.json()["id"])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"criteria": ["distinctive.3"], "category": "distinctive"}, "缺少材料"),
        ({"criteria": ["renowned.9"]}, "没有标准“renowned.9”"),
        ({"category": "famous"}, "category"),
        ({"category_reason": "电话 1380013" + "8000"}, "category_reason"),
    ],
)
async def test_what_does_not_fit_is_refused_with_the_reason_and_leaves_nothing(
    office: RecognitionClient, changed: dict[str, Any], reason: str
) -> None:
    await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        answer = await hear(office, handed_in(1, **changed))
    assert answer["outcome"] == "refused"
    assert reason in answer["reason"]
    assert "13800138000" not in answer["reason"]
    assert await office.sql("select 1 from application") == []
    assert await office.events("ApplicationSubmitted") == []


async def test_a_household_that_may_not_apply_is_told_why(office: RecognitionClient) -> None:
    await open_season(office)
    await office.hear(household_typed(1, kind="survival"))
    with clock.travel(DAY):
        assert "不属于可以认定的来源" in (await hear(office, handed_in(1)))["reason"]


async def tell(office: RecognitionClient, said: HandedIn) -> int:
    """As the consumer does; how many answers there are then."""
    async with office.resources.database.transaction() as session:
        event = new_event(said, subject=said.uscc, source="/notification")
        await HAND_INS[HandedIn](session, event, office.resources)
    return len(await office.events("ApplicationHandInAnswered"))


async def test_one_that_comes_before_its_household_waits_and_counts_from_when_it_was_handed_in(
    office: RecognitionClient,
) -> None:
    """A first run has a million households: the application may well be heard of before the one that it is for."""
    await open_season(office)
    with clock.travel(dt.datetime(2026, 10, 1, 1, 0, tzinfo=dt.UTC)):
        assert await tell(office, handed_in(1, at=LAST_EVENING)) == 0
        assert await take_what_waited(office.resources) == 0
        (row,) = await office.sql("select outcome, reason, sealed from handed_in_application")
        assert (row["outcome"], "还没有这一户的登记信息" in row["reason"]) == (None, True)
        await office.hear(household_typed(1))
        assert await take_what_waited(office.resources) == 1
        assert await take_what_waited(office.resources) == 0
    (answer,) = await office.events("ApplicationHandInAnswered")
    assert (answer["data"]["outcome"], answer["data"]["reason"]) == ("taken", None)
    (row,) = await office.sql("select submitted_at, late from application")
    assert (row["submitted_at"], row["late"]) == (LAST_EVENING, False)
    (row,) = await office.sql("select sealed, outcome from handed_in_application")
    assert (row["sealed"], row["outcome"]) == (None, "taken")


async def test_one_whose_household_never_comes_is_refused_after_the_term_of_the_setting(
    office: RecognitionClient,
) -> None:
    await open_season(office)
    hours = dt.timedelta(hours=office.resources.settings.hand_in_wait_hours)
    with clock.travel(FILED):
        await tell(office, handed_in(1))
    with clock.travel(FILED + hours - dt.timedelta(minutes=1)):
        assert await take_what_waited(office.resources) == 0
    with clock.travel(FILED + hours + dt.timedelta(minutes=1)):
        assert await take_what_waited(office.resources) == 1
    (answer,) = await office.events("ApplicationHandInAnswered")
    assert answer["data"]["outcome"] == "refused"
    assert "还没有这一户的登记信息" in answer["data"]["reason"]


async def test_one_that_waits_and_cannot_be_opened_stops_none_behind_it(office: RecognitionClient) -> None:
    await open_season(office)
    with clock.travel(DAY):
        await tell(office, handed_in(1))
        await tell(office, handed_in(2))
        other = Sealer(new_sealing_keys().public).seal(
            SealedApplication.model_validate(
                {"hand_in": uuid4(), "uscc": uscc(1), "category": "renowned", "category_reason": "", "criteria": [],
                 "kinds": []}
            )
        )  # fmt: skip
        async with office.resources.database.transaction() as session:
            retired = update(HandedInApplication).where(HandedInApplication.uscc == uscc(1)).values(sealed=other)
            await session.execute(retired)
        await office.hear(household_typed(1), household_typed(2))
        assert await take_what_waited(office.resources) == 1
    rows = await office.sql("select uscc, outcome, reason from handed_in_application order by uscc = $1", uscc(2))
    assert [(row["uscc"], row["outcome"]) for row in rows] == [(uscc(1), None), (uscc(2), "taken")]
    assert rows[0]["reason"] == "没有解开内容的密钥"


async def test_one_that_is_told_again_is_answered_again_with_the_same_words(office: RecognitionClient) -> None:
    """Notification was restored from a copy: what it tells again is no second application."""
    await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        said = handed_in(1)
        assert await tell(office, said) == 1
        assert await tell(office, said) == 2
    first, second = (one["data"] for one in await office.events("ApplicationHandInAnswered"))
    assert first == second
    assert first["outcome"] == "taken"
    assert len(await office.sql("select 1 from application")) == 1


async def test_without_a_season_nothing_is_taken(office: RecognitionClient) -> None:
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        assert (await hear(office, handed_in()))["reason"] == "本县本年度的认定季没有开始或已经结束"


async def test_one_that_was_sealed_for_another_hand_in_is_refused(office: RecognitionClient) -> None:
    await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        moved = handed_in(1).model_copy(update={"hand_in": uuid4()})
        assert "另一项提交" in (await hear(office, moved))["reason"]


async def test_without_the_key_nothing_is_refused_it_waits_as_a_dead_letter(
    office: RecognitionClient, database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    async with open_client(settings_for(database_url, tmp_path / "other", issuer), issuer) as keyless:
        with pytest.raises(UnknownSealingKeyError):
            await hear(keyless, handed_in())


async def test_one_that_is_made_here_at_the_same_moment_is_matched(
    office: RecognitionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the draft somebody drafts: the index has the last word, nothing is doubled."""
    season = await open_season(office)
    await office.hear(household_typed(1))
    look = application_repository.lock_not_ended
    looked: list[str] = []

    async def meanwhile(*arguments: Any) -> Any:
        found = await look(*arguments)
        if not looked:
            looked.append((await draft_application(office, season)).json()["id"])
        return found

    monkeypatch.setattr(application_repository, "lock_not_ended", meanwhile)
    with clock.travel(DAY):
        answer = await hear(office, handed_in())
    assert (answer["outcome"], answer["application"]) == ("matched", looked[0])
    assert len(await office.sql("select 1 from application")) == 1


async def test_a_supplement_that_is_handed_in_completes_the_returned_application(office: RecognitionClient) -> None:
    season = await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        first = await hear(office, handed_in(1))
        returned = await Walkthrough(office, season).review(
            first["application"], outcome="return", missing=["说明不全"]
        )
        assert returned.status_code == 200, returned.text
    (row,) = await office.sql("select state, due_on from application")
    assert row["state"] == "returned"
    last = dt.datetime.combine(row["due_on"], dt.time(23, 59), clock.CHINA)
    with clock.travel(row["due_on"] + dt.timedelta(days=1)):
        answer = await hear(office, handed_in(1, at=last, category_reason="有自己的商标，证书齐全"))
    assert (answer["outcome"], answer["application"]) == ("taken", first["application"])
    (row,) = await office.sql("select state, category_reason from application")
    assert (row["state"], row["category_reason"]) == ("in-progress", "有自己的商标，证书齐全")


async def test_a_departments_draft_of_a_recommendation_is_no_application_that_is_there(
    office: RecognitionClient,
) -> None:
    season = await open_season(office)
    drafted = await draft_recommendation(Walkthrough(office, season))
    assert drafted.status_code == 201, drafted.text
    with clock.travel(DAY):
        answer = await hear(office, handed_in(1))
    assert (answer["outcome"], answer["application"]) == ("refused", None)
    assert "部门正在推荐这一户" in answer["reason"]


async def test_one_of_another_category_is_matched_with_the_word_that_the_first_one_counts(
    office: RecognitionClient,
) -> None:
    await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        first = await hear(office, handed_in(1))
        other = await hear(office, handed_in(1, category="distinctive", criteria=["distinctive.3"]))
        same = await hear(office, handed_in(1))
    assert (other["outcome"], other["application"]) == ("matched", first["application"])
    assert "类别与这一份不同" in other["reason"]
    assert same["reason"] is None
