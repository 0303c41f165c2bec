"""Rules change by two people, for a province; what is wrong is refused where it is written; every change is audited."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import text

from services.notification.rules import repository as rule_repository, service as rule_service
from services.notification.rules.checking import read_rule
from services.notification.rules.service import keep_shipped, rules_in_force
from services.notification.rules.shipped import shipped_rules
from shared.platform.identity import Role
from tests.integration.notification.conftest import EXAMPLE_RULES
from tests.integration.notification.contact_steps import WORDS, set_own
from tests.integration.notification.notification_client import PROVINCE, NotificationClient, household_typed, uscc

pytestmark = pytest.mark.usefixtures("example_rules")

RULE = "/v1/rules/household-typed/versions"


def content(**changed: object) -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((EXAMPLE_RULES / "household-typed.yaml").read_text("utf-8"))
    return said | changed


def titled(title: str) -> dict[str, Any]:
    said = content()
    said["template"]["title"] = title
    return said


@pytest.fixture
async def bureau(office: NotificationClient) -> NotificationClient:
    """The service with the shipped rules stored."""
    await keep_shipped(office.resources)
    return office


async def drafted(bureau: NotificationClient, said: dict[str, Any], region: str = PROVINCE) -> httpx.Response:
    return await bureau.post("/v1/rules", {"content": said}, Role.OFFICER, region, subject="drafter")


async def published(bureau: NotificationClient, version: int, match: str, **who: Any) -> httpx.Response:
    who = {"subject": "publisher", "region": PROVINCE} | who
    region = who.pop("region")
    return await bureau.post(f"{RULE}/{version}/publication", None, Role.APPROVER, region, match=match, **who)


async def test_a_province_writes_its_own_words(bureau: NotificationClient) -> None:
    draft = await drafted(bureau, titled("豫：{{ type | type }}"))
    assert (draft.status_code, draft.json()["version"], draft.json()["state"]) == (201, 2, "draft")
    done = await published(bureau, 2, draft.headers["ETag"])
    assert (done.status_code, done.json()["state"], done.json()["published_by"]) == (200, "published", "publisher")
    await bureau.hear(household_typed(1), household_typed(2, county="120101"))
    told = await bureau.sql("select title, template from notification order by region")
    assert [tuple(one) for one in told] == [
        ("您的个体工商户2026年度分型结果：生存型", "household-typed@1"),
        ("豫：生存型", "household-typed@2"),
    ]
    entries = await bureau.sql("select action, actor from audit_entry where action like 'rule:%' order by seq")
    assert [tuple(one) for one in entries] == [("rule:draft", "drafter"), ("rule:publish", "publisher")]


async def test_the_number_of_a_version_is_given_and_need_not_be_written(bureau: NotificationClient) -> None:
    said = titled("豫：{{ type | type }}")
    del said["version"]
    draft = await drafted(bureau, said)
    assert (draft.status_code, draft.json()["version"]) == (201, 2), draft.text


async def test_one_provinces_draft_does_not_use_up_the_numbers_of_all(bureau: NotificationClient) -> None:
    draft = await drafted(bureau, content(version=9999), "11")
    assert (draft.status_code, draft.json()["version"]) == (201, 2), draft.text
    other = await drafted(bureau, titled("豫：{{ type | type }}"))
    assert other.json()["version"] == 3
    assert (await published(bureau, 3, other.headers["ETag"])).status_code == 200


async def test_a_shipped_rule_that_cannot_be_read_back_replaces_nothing(
    bureau: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def used_up(*_: object) -> int:
        return 9999

    shipped = {"household-typed": read_rule(content(label="新的标签"))}
    monkeypatch.setattr(rule_service, "shipped_rules", lambda: shipped)
    monkeypatch.setattr(rule_repository, "last_number", used_up)
    await keep_shipped(bureau.resources)
    await bureau.hear(household_typed(1))
    assert [row["template"] for row in await bureau.sql("select template from notification")] == ["household-typed@1"]


async def test_a_duty_is_neither_paused_nor_told_to_others(bureau: NotificationClient) -> None:
    refused = await drafted(bureau, content(paused=True, category="duty"))
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/rule-unusable")
    said = yaml.safe_load((EXAMPLE_RULES / "objection-closed.yaml").read_text("utf-8"))
    assert said["category"] == "duty"
    for changed in ({"category": "objection"}, {"when": "false"}, {"paused": True}):
        assert (await drafted(bureau, said | changed)).status_code == 422, changed
    said["template"]["title"] = "豫：办完了"
    assert (await drafted(bureau, said)).status_code == 201


async def test_a_name_that_was_told_by_keeps_its_permanent_key(bureau: NotificationClient) -> None:
    draft = await drafted(bureau, content(once=["year"]))
    refused = await published(bureau, 2, draft.headers["ETag"])
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/rule-unusable")


async def test_the_drafter_cannot_publish(bureau: NotificationClient) -> None:
    draft = await drafted(bureau, titled("一"))
    refused = await published(bureau, 2, draft.headers["ETag"], subject="drafter")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/maker-is-not-checker")


async def test_a_city_neither_drafts_nor_publishes(bureau: NotificationClient) -> None:
    assert (await drafted(bureau, titled("一"), "4101")).status_code == 403
    draft = await drafted(bureau, titled("一"))
    assert (await published(bureau, 2, draft.headers["ETag"], region="4101")).status_code == 403
    assert (await published(bureau, 2, draft.headers["ETag"], region="12")).status_code == 404


async def test_a_decision_rests_on_the_version_that_was_read(bureau: NotificationClient) -> None:
    draft = await drafted(bureau, titled("一"))
    path, body = f"{RULE}/2", {"content": titled("二")}
    headers = bureau.as_(Role.OFFICER, PROVINCE, subject="drafter") | {"If-Match": draft.headers["ETag"]}
    changed = await bureau.client.put(path, json=body, headers=headers)
    assert (changed.status_code, changed.json()["content"]["template"]["title"]) == (200, "二")
    assert (await published(bureau, 2, draft.headers["ETag"])).status_code == 412
    assert (await published(bureau, 2, "")).status_code == 428
    other = bureau.as_(Role.OFFICER, PROVINCE, subject="other") | {"If-Match": changed.headers["ETag"]}
    assert (await bureau.client.put(path, json=body, headers=other)).status_code == 403
    assert (await published(bureau, 2, changed.headers["ETag"])).status_code == 200
    assert (await published(bureau, 2, changed.headers["ETag"], subject="third")).status_code == 409


async def test_what_is_wrong_is_refused_with_a_sentence_for_each_fault(bureau: NotificationClient) -> None:
    said = titled("{{ nothing }}") | {"event": "HouseholdTypd"}
    refused = await drafted(bureau, said)
    assert refused.status_code == 422
    assert refused.json()["faults"] == [
        "event：没有名为“HouseholdTypd”的事件；是不是“HouseholdTyped”？",
        "template.title：“nothing”没有在 facts 里声明；可用的有：name、previous_type、region、type、year",
    ]


async def test_the_same_content_is_not_published_again(bureau: NotificationClient) -> None:
    first = await drafted(bureau, titled("一"))
    await published(bureau, 2, first.headers["ETag"])
    second = await drafted(bureau, titled("一"))
    assert (await published(bureau, 3, second.headers["ETag"])).status_code == 409


async def test_a_paused_rule_tells_nothing(bureau: NotificationClient) -> None:
    draft = await drafted(bureau, content(paused=True))
    await published(bureau, 2, draft.headers["ETag"])
    await bureau.hear(household_typed(1), household_typed(2, county="120101"))
    assert [row["uscc"] for row in await bureau.sql("select uscc from notification")] == [uscc(2, "120101")]


async def test_rules_versions_drafts_and_templates_are_listed(bureau: NotificationClient) -> None:
    await drafted(bureau, titled("一"))
    rules = (await bureau.get("/v1/rules")).json()["items"]
    assert [one["name"] for one in rules][:2] == ["household-typed", "objection-closed"]
    assert rules[0]["version"] == 1
    elsewhere = (await bureau.get(RULE, Role.OFFICER, "12")).json()["items"]
    assert [(one["version"], one["state"]) for one in elsewhere] == [(1, "published")], "another province's"
    versions = (await bureau.get(RULE, Role.OFFICER, PROVINCE)).json()["items"]
    assert [(one["version"], one["state"]) for one in versions] == [(1, "published"), (2, "draft")]
    drafts = (await bureau.get("/v1/rules/drafts", Role.OFFICER, PROVINCE)).json()["items"]
    assert [one["version"] for one in drafts] == [2]
    (template,) = (await bureau.get("/v1/templates", query={"limit": 1})).json()["items"]
    assert template["aliyun"] == "您的个体工商户${year}年度分型结果为${type}，理由和异议途径请登录名录平台查看。"
    assert template["tencent"] == "您的个体工商户{1}年度分型结果为{2}，理由和异议途径请登录名录平台查看。"


async def test_a_new_release_replaces_what_it_shipped_but_not_what_officers_wrote(
    bureau: NotificationClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await drafted(bureau, titled("全国"), "")
    assert (await published(bureau, 2, draft.headers["ETag"], region="")).status_code == 200
    for name in ("household-typed", "objection-closed"):
        text = (EXAMPLE_RULES / f"{name}.yaml").read_text("utf-8").replace("label: ", "label: 新的")
        (tmp_path / f"{name}.yaml").write_text(text.replace("version: 1", "version: 2"), "utf-8")
    monkeypatch.setattr(rule_service, "shipped_rules", lambda: shipped_rules(tmp_path))
    for _ in range(2):
        await keep_shipped(bureau.resources)
    rows = await bureau.sql(
        "select name, version, state, drafted_by from rule_version"
        " where name in ('household-typed', 'objection-closed') order by name, version"
    )
    assert [tuple(row) for row in rows] == [
        ("household-typed", 1, "superseded", "library"),
        ("household-typed", 2, "published", "drafter"),
        ("household-typed", 3, "draft", "library"),
        ("objection-closed", 1, "superseded", "library"),
        ("objection-closed", 2, "published", "library"),
    ]
    async with bureau.resources.database.transaction() as session:
        in_force = {one.rule.name: one.rule.version for one in (await rules_in_force(session)).here("41")}
    assert in_force["objection-closed"] == 2


async def test_a_province_sees_which_of_its_own_versions_are_behind_what_is_shipped(
    bureau: NotificationClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await drafted(bureau, titled("豫：{{ type | type }}"))
    assert (await published(bureau, 2, draft.headers["ETag"])).status_code == 200
    assert await behind(bureau) == []
    for name in ("household-typed", "objection-closed"):
        text = (EXAMPLE_RULES / f"{name}.yaml").read_text("utf-8").replace("label: ", "label: 新的")
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    monkeypatch.setattr(rule_service, "shipped_rules", lambda: shipped_rules(tmp_path))
    await keep_shipped(bureau.resources)
    assert await behind(bureau) == [("household-typed", 1, 3)]
    assert await behind(bureau, "12") == [], "the others have what is shipped"
    again = await drafted(bureau, titled("豫豫：{{ type | type }}"))
    assert (await published(bureau, 4, again.headers["ETag"])).status_code == 200
    assert await behind(bureau) == []


async def behind(bureau: NotificationClient, region: str = PROVINCE) -> list[tuple[str, int, int]]:
    """The rules that the list names, with the version that they go back to and the one that is shipped."""
    items = (await bureau.get("/v1/rules", Role.OFFICER, region, query={"behind": True})).json()["items"]
    return [(one["name"], one["derived_from"], one["shipped"]) for one in items]


@pytest.mark.parametrize(("quote", "status"), [("应当在三日内告知经营者", 422), ("及时调整分型结果,并答复申诉人", 201)])
async def test_a_quote_that_is_not_in_its_text_is_refused(bureau: NotificationClient, quote: str, status: int) -> None:
    basis = {"text": "zhengzhou-2025", "place": "三（一）2 异议处理", "quote": quote}
    answer = await drafted(bureau, content(basis=basis))
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["detail"] == f"引文“{quote}”不在文件原文 zhengzhou-2025 里；请逐字照抄"


async def test_a_text_that_is_not_shipped_cannot_be_compared(bureau: NotificationClient) -> None:
    basis = {"text": "henan-2027", "place": "一", "quote": "应当告知"}
    assert (await drafted(bureau, content(basis=basis))).status_code == 201


@pytest.mark.parametrize(
    ("words", "codes"),
    [(None, {"aliyun": "SMS_9"}), ("{{ year }}年度分型结果为{{ type | type }}，请登录名录平台查看。", {})],
    ids=["the-same-words", "other-words"],
)
async def test_what_is_sent_again_goes_under_the_codes_of_the_version_in_force(
    bureau: NotificationClient, words: str | None, codes: dict[str, str]
) -> None:
    assert (await set_own(bureau, 1, phone="13987654321", consent=WORDS)).status_code == 200
    await bureau.hear(household_typed(1))
    async with bureau.resources.database.transaction() as session:
        await session.execute(text("update message set state = 'failed', ended_at = now()"))
    said = content()
    said["template"]["sms"] |= {"codes": {"aliyun": "SMS_9"}} | ({"text": words} if words else {})
    draft = await drafted(bureau, said)
    assert (await published(bureau, 2, draft.headers["ETag"])).status_code == 200, draft.text
    (first,) = await bureau.sql("select id from notification")
    answer = await bureau.post(f"/v1/notifications/{first['id']}/repetition", {"reason": "没有收到"}, Role.OFFICER)
    assert answer.status_code == 201, answer.text
    (again,) = await bureau.sql("select template_codes from message where channel = 'sms' and state = 'queued'")
    assert json.loads(again["template_codes"]) == codes
