"""What the systems hold of the way to recognition and of the life after it, and of the standard of typing."""

import dataclasses
import datetime as dt
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from services.notification.publication.oversight import service as oversight_service
from services.notification.publication.oversight.watching import watch
from services.notification.publication.systems import Kind
from shared.contracts.payload import Payload
from shared.contracts.recognition import (
    ApplicationCalledUp,
    ApplicationNotSelected,
    ApplicationPayload,
    ApplicationRefused,
    ApplicationReopened,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CriteriaOfCategory,
    CriteriaPublished,
    InformationReportFiled,
    InformationReportOverdue,
    PublicNoticeClosed,
    PublicNoticeItem,
    PublicNoticeOpened,
    PublishedCriterion,
    RecognitionGranted,
    RecognitionListFiled,
    RecognitionOperatorChanged,
    RecommendationSubmitted,
    SupplementDemanded,
    SupplementReceived,
)
from shared.contracts.typing import TypingRunPublished
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy, policy_ids, policy_path
from shared.messaging.events import new_event
from tests.integration.notification.notification_client import COUNTY, RUN, operator, uscc
from tests.integration.notification.publication.published import RECOGNITION, Publisher, changed, recognition

APPLICATION = uuid.UUID("3b7e4a42-3b1c-4d2e-9f10-0a1b2c3d4e5f")
OTHER = uuid.UUID("4b7e4a42-3b1c-4d2e-9f10-0a1b2c3d4e5f")
NAME = "测试商户1号"


def application(kind: type[ApplicationPayload], revision: int, **more: Any) -> ApplicationPayload:
    """A state of the application."""
    said: dict[str, Any] = {
        "application": APPLICATION,
        "uscc": uscc(1),
        "name": NAME,
        "region": COUNTY,
        "category": "distinctive",
        "operator_ref": operator(1),
        "path": "application",
    }
    return kind(**(said | more), revision=revision)


async def content(publisher: Publisher, kind: Kind) -> dict[str, Any]:
    """What the only record of a kind says."""
    return dict(orjson.loads((await publisher.record(kind))["content"]))


async def test_an_application_is_published_state_by_state_without_its_reasons(publisher: Publisher) -> None:
    granted = recognition(RecognitionGranted, 6, name=NAME, application=APPLICATION, path="application")
    steps: list[tuple[Payload, str]] = [
        (application(ApplicationSubmitted, 1), "办理中"),
        (application(ApplicationReturned, 2, due_on="2026-09-20", reason="缺少营业额证明"), "待补正"),
        (application(ApplicationNotSelected, 3, reserve_rank=2, reason="名额已满"), "候补"),
        (application(ApplicationCalledUp, 4), "办理中"),
        (granted, "已认定"),
    ]
    for said, state in steps:
        await publisher.hear(said)
        assert (await content(publisher, Kind.APPLICATION))["state"] == state
    last = await content(publisher, Kind.APPLICATION)
    assert set(last) == {"uscc", "name", "region", "category", "path", "state"}
    await publisher.hear(application(ApplicationRefused, 5, reason="不符合"))  # heard late
    assert (await content(publisher, Kind.APPLICATION))["state"] == "已认定"


@pytest.mark.parametrize(("outcome", "state"), [("passed", "办理中"), ("refused", "未通过")])
async def test_material_that_came_in_is_waited_for_no_longer(publisher: Publisher, outcome: str, state: str) -> None:
    await publisher.hear(application(ApplicationSubmitted, 1))
    await publisher.hear(application(SupplementDemanded, 2, due_on="2026-09-20", reason="缺少营业额证明"))
    assert (await content(publisher, Kind.APPLICATION))["state"] == "待补充材料"
    if outcome == "refused":
        await publisher.hear(application(ApplicationRefused, 3, reason="不符合"))
    await publisher.hear(application(SupplementReceived, 4, outcome=outcome))
    assert (await content(publisher, Kind.APPLICATION))["state"] == state


async def test_what_came_before_a_later_event_that_changed_nothing_does_not_follow_it(publisher: Publisher) -> None:
    await publisher.hear(application(ApplicationSubmitted, 1))
    await publisher.hear(application(ApplicationCalledUp, 3))  # in progress, as before
    await publisher.hear(application(ApplicationNotSelected, 2, reserve_rank=2))
    record = await publisher.record(Kind.APPLICATION)
    assert (orjson.loads(record["content"])["state"], record["version"]) == ("办理中", 1)


@pytest.mark.parametrize(("kind", "path", "label"), [(RecommendationSubmitted, "recommendation", "部门推荐")])
async def test_a_recommendation_says_that_it_is_one(
    publisher: Publisher, kind: type[ApplicationPayload], path: str, label: str
) -> None:
    await publisher.hear(application(kind, 1, path=path))
    assert (await content(publisher, Kind.APPLICATION))["path"] == label


async def test_an_information_report_is_there_or_overdue(publisher: Publisher) -> None:
    await publisher.hear(recognition(InformationReportOverdue, 1, name=NAME, year=2027))
    assert await content(publisher, Kind.INFORMATION_REPORT) == {
        "uscc": uscc(1),
        "name": NAME,
        "region": COUNTY,
        "year": 2027,
        "state": "逾期未报",
    }
    await publisher.hear(recognition(InformationReportFiled, 2, name=NAME, year=2027))
    assert (await content(publisher, Kind.INFORMATION_REPORT))["state"] == "已报送"


async def test_another_operator_is_published_without_any_person(publisher: Publisher) -> None:
    said = recognition(RecognitionOperatorChanged, 1, name=NAME, operator_ref=operator(7), conflict=True)
    event = new_event(said, subject=uscc(1), source="/recognition")
    await publisher.hear_events([event])
    seen_on = event.time.astimezone(dt.timezone(dt.timedelta(hours=8))).date().isoformat()
    expected = {"uscc": uscc(1), "name": NAME, "region": COUNTY, "seen_on": seen_on}
    assert await content(publisher, Kind.OPERATOR_CHANGE) == expected
    for record in await publisher.records(Kind.OPERATOR_CHANGE):
        assert operator(7) not in str(dict(record))


def noticed(application_id: uuid.UUID, number: int) -> PublicNoticeItem:
    """A household on a notice."""
    return PublicNoticeItem(application=application_id, uscc=uscc(number), name=NAME, category="distinctive")


async def households_on_notice(publisher: Publisher) -> list[str]:
    """The codes on the notice of the tests."""
    records = await publisher.records(Kind.PUBLIC_NOTICE)
    (one,) = [record for record in records if record["key"] == str(RUN)]
    return [household["uscc"] for household in orjson.loads(one["content"])["households"]]


def notice(**changed: Any) -> PublicNoticeOpened:
    """A public notice of one household."""
    days = {"opens_on": dt.date(2026, 11, 1), "closes_on": dt.date(2026, 11, 10)}
    values: dict[str, Any] = {
        "public_notice": RUN,
        "region": COUNTY,
        "items": [noticed(APPLICATION, 1)],
        "makers": ["li"],
        **days,
    }
    return PublicNoticeOpened(**(values | changed))


async def test_a_public_notice_is_taken_down_when_it_is_over(publisher: Publisher) -> None:
    await publisher.hear(notice())
    await publisher.acknowledged()
    closed = PublicNoticeClosed(public_notice=RUN, region=COUNTY, closes_on=dt.date(2026, 11, 10))
    await publisher.hear(closed)
    assert [(row["state"], row["urgency"]) for row in await publisher.rows(Kind.PUBLIC_NOTICE)] == [("waiting", 0)]
    await publisher.hear(notice(), closed, notice())  # heard again
    record = await publisher.record(Kind.PUBLIC_NOTICE)
    assert (record["removed"], record["version"]) == (True, 2)


@pytest.mark.parametrize("end", [ApplicationRefused, ApplicationWithdrawn, ApplicationNotSelected])
@pytest.mark.parametrize("heard_first", ["notice", "end"])
async def test_a_household_whose_application_ends_leaves_the_open_notice(
    publisher: Publisher, end: type[ApplicationPayload], heard_first: str
) -> None:
    opened, ended, reopened = (
        new_event(one, subject=COUNTY, source="/recognition")
        for one in (
            notice(items=[noticed(APPLICATION, 1), noticed(OTHER, 2)]),
            application(end, 2),
            application(ApplicationReopened, 3, objection=OTHER, step="public-notice"),
        )
    )
    assert opened.time <= ended.time
    heard = [opened, ended] if heard_first == "notice" else [ended, opened]
    await publisher.hear_events(heard[:1])
    await publisher.acknowledged()
    await publisher.hear_events(heard[1:])
    assert await households_on_notice(publisher) == [uscc(2)]
    assert [(row["state"], row["urgency"]) for row in await publisher.rows(Kind.PUBLIC_NOTICE)] == [("waiting", 0)]
    await publisher.hear_events([reopened, opened, ended])  # a reopened one goes onto a notice of its own
    assert await households_on_notice(publisher) == [uscc(2)]
    await publisher.hear(notice(public_notice=RECOGNITION, items=[noticed(APPLICATION, 1)]))
    assert len(await publisher.records(Kind.PUBLIC_NOTICE)) == 2
    later = next(one for one in await publisher.records(Kind.PUBLIC_NOTICE) if one["key"] == str(RECOGNITION))
    assert (later["removed"], len(orjson.loads(later["content"])["households"])) == (False, 1)


async def test_a_notice_that_everybody_has_left_is_taken_down_at_once_and_stays_so(publisher: Publisher) -> None:
    await publisher.hear(notice())
    await publisher.hear(application(ApplicationWithdrawn, 2))
    assert (await publisher.record(Kind.PUBLIC_NOTICE))["removed"] is True
    await publisher.hear(PublicNoticeClosed(public_notice=RUN, region=COUNTY, closes_on=dt.date(2026, 11, 10)))
    assert (await publisher.record(Kind.PUBLIC_NOTICE))["removed"] is True
    assert await publisher.office.sql("select 1 from publication_notice_item") == [], "no names are kept after its end"


async def held_back(publisher: Publisher, region: str = COUNTY) -> list[tuple[str, str]]:
    """Kind and code of what officers see held back for want of a name."""
    shown = await publisher.office.get("/v1/publications/held-back/unnamed", region=region)
    assert shown.status_code == 200, shown.text
    assert all("名称" in one["reason"] and one["held_since"] for one in shown.json()["items"])
    return [(one["kind"], one["uscc"]) for one in shown.json()["items"]]


async def test_what_came_without_a_name_is_held_back_with_the_reason_until_the_name_is_known(
    publisher: Publisher,
) -> None:
    await publisher.hear(
        application(ApplicationSubmitted, 1, name=None),
        recognition(InformationReportFiled, 1, year=2027),
        recognition(RecognitionOperatorChanged, 2, operator_ref=operator(7), conflict=True),
    )
    kinds = [Kind.APPLICATION, Kind.INFORMATION_REPORT, Kind.OPERATOR_CHANGE]
    assert [await publisher.records(kind) for kind in kinds] == [[], [], []]
    assert await held_back(publisher) == [(kind.value, uscc(1)) for kind in kinds]
    assert await held_back(publisher, "34") == []
    await publisher.hear(changed(1, name="登记名称"))
    assert [(await content(publisher, kind))["name"] for kind in kinds] == ["登记名称"] * 3
    assert await held_back(publisher) == []
    await publisher.hear(application(ApplicationReturned, 2, name=None, due_on="2026-09-20"))  # the name is known
    await publisher.hear(changed(2, name="新名称"))
    said = await content(publisher, Kind.APPLICATION)
    assert (said["name"], said["state"]) == ("新名称", "待补正")


async def test_a_later_event_with_a_name_ends_the_wait(publisher: Publisher) -> None:
    await publisher.hear(application(ApplicationSubmitted, 1, name=None))
    await publisher.hear(application(ApplicationReturned, 2, due_on="2026-09-20"))
    assert await held_back(publisher) == []
    await publisher.hear(changed(1, name="登记名称"))
    assert (await content(publisher, Kind.APPLICATION))["state"] == "待补正"


async def test_criteria_of_which_nothing_is_said_are_not_published_as_none(publisher: Publisher) -> None:
    said = CriteriaPublished(region=COUNTY, year=2025, policy="zhengzhou-2025", document="金市监〔2025〕8号")
    await publisher.hear(said)
    assert await publisher.records(Kind.CRITERIA) == []


async def test_criteria_notices_and_filed_lists_go_to_the_cultivation_platform(publisher: Publisher) -> None:
    criteria = CriteriaOfCategory(
        category="quality", points_needed=60, criteria=[PublishedCriterion(title="百年老店", points=60)]
    )
    said: list[Payload] = [
        CriteriaPublished(
            region=COUNTY, year=2026, policy="zhengzhou-2025", document="金市监〔2026〕8号", categories=[criteria]
        ),
        notice(),
        RecognitionListFiled(
            filing=RECOGNITION,
            region=COUNTY,
            year=2026,
            filed_with="4101",
            document="金市监〔2026〕31号",
            filed_on=dt.date(2026, 12, 2),
            households=12,
        ),
    ]
    await publisher.hear(*said)
    assert (await content(publisher, Kind.CRITERIA))["categories"] == [
        {"category": "优质", "points_needed": 60, "criteria": [{"title": "百年老店", "points": 60}]}
    ]
    named = await content(publisher, Kind.PUBLIC_NOTICE)
    assert named["households"] == [{"uscc": uscc(1), "name": NAME, "category": "特色"}]
    assert (await content(publisher, Kind.RECOGNITION_LIST))["filed_with"] == "4101"
    for kind in (Kind.CRITERIA, Kind.PUBLIC_NOTICE, Kind.RECOGNITION_LIST):
        assert [row["system"] for row in await publisher.rows(kind)] == ["cultivation-platform"]


def run_published(policy: str, region: str = "4101", year: int = 2026, words: str | None = None) -> TypingRunPublished:
    """A run was published."""
    return TypingRunPublished(run=RUN, region=region, year=year, policy=policy, counts={}, digest="0" * 64, words=words)


async def test_the_standard_of_typing_is_published_in_the_laws_own_words(publisher: Publisher) -> None:
    await publisher.hear(run_published("zhengzhou-2025"))
    standard = await content(publisher, Kind.TYPING_STANDARD)
    assert standard["document"]["number"] == "郑市监〔2025〕6号"
    growth = next(one for one in standard["types"] if one["type_label"] == "成长型")
    words = {sentence["words"] for sentence in growth["any_of"]}
    policy = load_policy("zhengzhou-2025")
    rule = next(one for one in policy.types if one.type.label == "成长型")
    assert words == {clause.citation.quote for clause in rule.any}
    assert {row["system"] for row in await publisher.rows(Kind.TYPING_STANDARD)} == {
        "province-directory",
        "national-directory",
    }


async def test_an_event_names_a_policy_and_no_file(publisher: Publisher, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_bytes(policy_path("zhengzhou-2025").read_bytes())
    await publisher.hear(run_published(str(file)))
    assert await publisher.records(Kind.TYPING_STANDARD) == []


async def test_every_policy_has_a_standard_and_one_that_is_not_known_has_none(publisher: Publisher) -> None:
    regions = {policy: f"{index:02d}" for index, policy in enumerate(policy_ids(), start=11)}
    await publisher.hear(*(run_published(policy, region) for policy, region in regions.items()))
    assert {record["region"] for record in await publisher.records(Kind.TYPING_STANDARD)} == set(regions.values())
    await publisher.hear(run_published("anywhere-2019", "99"))
    assert "99" not in {record["region"] for record in await publisher.records(Kind.TYPING_STANDARD)}


async def missing(publisher: Publisher, region: str = "41") -> dict[str, list[tuple[str, str]]]:
    """Region and policy of the standards that an officer sees missing, by system."""
    shown = (await publisher.office.get("/v1/publications/systems", region=region)).json()
    return {
        one["system"]: [(each["region"], each["policy"]) for each in one["standards_missing"]]
        for one in shown
        if one["standards_missing"]
    }


async def test_officers_see_a_standard_that_this_release_lacks_until_it_has_it(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publisher.hear(run_published("anywhere-2019", words="a" * 64))
    expected = [("4101", "anywhere-2019")]
    assert await missing(publisher) == {"province-directory": expected, "national-directory": expected}
    assert (await missing(publisher, "410105"), await missing(publisher, "34")) == (await missing(publisher), {})
    await watch(publisher.office.resources)
    assert await publisher.records(Kind.TYPING_STANDARD) == []
    for words, there in (("b" * 64, 0), ("a" * 64, 1)):
        shipped = replaced(load_policy("zhengzhou-2025"), "anywhere-2019", words)
        monkeypatch.setattr(oversight_service, "shipped_policies", lambda shipped=shipped: (shipped,))
        await watch(publisher.office.resources)
        assert len(await publisher.records(Kind.TYPING_STANDARD)) == there
    assert await missing(publisher) == {}


def replaced(policy: Policy, name: str, words: str) -> Any:
    """The policy under another name, with another digest of its words."""
    fields = {one.name: getattr(policy, one.name) for one in dataclasses.fields(policy)}
    return SimpleNamespace(**(fields | {"id": name, "words_digest": words}))


async def test_a_run_that_was_typed_by_another_text_publishes_no_standard_of_today(publisher: Publisher) -> None:
    policy = load_policy("zhengzhou-2025")
    await publisher.hear(run_published(policy.id, words="a" * 64))
    assert await publisher.records(Kind.TYPING_STANDARD) == []
    assert await missing(publisher) != {}
    await publisher.hear(run_published(policy.id, words=policy.words_digest))
    assert len(await publisher.records(Kind.TYPING_STANDARD)) == 1
    assert await missing(publisher) == {}


async def test_a_standard_of_last_year_that_is_there_at_last_does_not_replace_this_years(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publisher.hear(run_published("anywhere-2019", year=2025))
    await publisher.hear(run_published("zhengzhou-2025", year=2026))
    late = replaced(load_policy("zhengzhou-2025"), "anywhere-2019", "a" * 64)
    monkeypatch.setattr(oversight_service, "shipped_policies", lambda: (late,))
    await watch(publisher.office.resources)
    assert (await content(publisher, Kind.TYPING_STANDARD))["policy"] == "zhengzhou-2025"
    assert await missing(publisher) == {}
