"""Filing: against each kind of decision, by whom, on which grounds; joined, withdrawn, at the counter."""

import re
from typing import Any
from uuid import UUID

import pytest

from shared import clock
from shared.contracts.payload import Payload
from shared.platform.identity import Role
from tests.integration.objection.filing_steps import (
    CONSENT,
    STATEMENT,
    ZHANG,
    decision_body,
    file,
    filed,
    notice_body,
    typing_body,
)
from tests.integration.objection.objection_client import (
    CITY,
    COUNTY,
    PROVINCE,
    ObjectionClient,
    household_typed,
    operator,
    run_published,
    uscc,
)
from tests.integration.objection.recognition_events import DECISIONS, NOTICE, OPENS_ON, decided, notice_opened

UNHEARD = UUID(int=99)


@pytest.fixture
async def typed(office: ObjectionClient) -> ObjectionClient:
    """Two households whose types were published today."""
    await office.hear(run_published(), household_typed(1), household_typed(2))
    return office


async def test_the_operator_objects_to_the_type_and_gets_a_receipt(typed: ObjectionClient) -> None:
    answer = await file(typed, typing_body())
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert re.fullmatch(rf"{clock.today().year}{COUNTY}\d{{6}}", found["receipt"])
    assert (found["state"], found["filed_by"], found["year"], found["county"]) == ("filed", "operator", 2026, COUNTY)
    assert (found["file_by"], found["joined"]) == (None, False)
    assert "没有最后一天" in found["message"]
    assert answer.headers["ETag"] == found["etag"]
    (event,) = await typed.events("ObjectionFiled")
    assert event["data"]["receipt"] == found["receipt"]
    assert (event["data"]["accept_by"], event["data"]["unverified"]) == (found["accept_by"], True)
    assert event["data"]["handled_at"] == PROVINCE
    (row,) = await typed.sql("select contested_on, contested_region, handled_at from objection")
    assert tuple(row) == (clock.today(), CITY, PROVINCE)
    again = await typed.get("/v1/objections/mine", Role.OPERATOR)
    assert [one["id"] for one in again.json()["items"]] == [found["id"]]
    assert (await typed.get("/v1/objections/mine", Role.OPERATOR, number=2)).json()["items"] == []


@pytest.mark.parametrize(("decision", "against", "_undone"), DECISIONS)
async def test_the_operator_objects_to_each_decision_of_recognition(
    office: ObjectionClient, decision: type[Payload], against: str, _undone: type[Payload]
) -> None:
    await office.hear(household_typed(1))
    await office.hear(decided(decision, 5), source="/recognition", actor="chen")
    found = await filed(office, decision_body(against))
    assert (found["against"], found["state"]) == (against, "filed")
    (row,) = await office.sql("select contested_on, contested_region, handled_at from objection")
    assert tuple(row) == (clock.today(), COUNTY, COUNTY)


@pytest.mark.parametrize(("decision", "against", "undone"), DECISIONS)
async def test_a_decision_that_was_taken_back_is_not_objected_to(
    office: ObjectionClient, decision: type[Payload], against: str, undone: type[Payload]
) -> None:
    await office.hear(household_typed(1))
    await office.hear(decided(decision, 5), decided(undone, 6), source="/recognition")
    answer = await file(office, decision_body(against))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/decision-undone")


async def test_nobody_but_the_operator_objects_to_what_was_decided_about_a_household(typed: ObjectionClient) -> None:
    answer = await file(typed, typing_body(), number=2)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-the-operator")
    assert "窗口" in answer.json()["detail"]


async def test_a_ground_that_the_policy_does_not_give_is_refused_with_those_that_it_gives(
    typed: ObjectionClient,
) -> None:
    answer = await file(typed, typing_body(grounds=[{"kind": "clause", "id": "growth.99"}]))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/ground-unknown")
    assert "clause:growth.1" in answer.json()["possible"]
    assert "other:other" in answer.json()["possible"]


async def test_something_else_needs_words(typed: ObjectionClient) -> None:
    body = typing_body(grounds=[{"kind": "other", "id": "other"}], statement=None)
    assert (await file(typed, body)).json()["type"] == "/problems/statement-missing"


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"against": "refusal"}, "subject-missing"),
        ({"uscc": None}, "subject-missing"),
        ({"uscc": uscc(77)}, "county-missing"),
        ({"consent": CONSENT}, "consent-not-own"),
        ({"year": 2025}, "result-superseded"),
    ],
)
async def test_what_is_missing_or_wrong_is_named(typed: ObjectionClient, body: dict[str, Any], slug: str) -> None:
    answer = await file(typed, typing_body(**body))
    assert answer.json()["type"] == f"/problems/{slug}", answer.text
    assert await typed.sql("select 1 from objection") == []


async def test_a_second_filing_is_joined_to_the_open_one(typed: ObjectionClient) -> None:
    first = await filed(typed, typing_body())
    more = typing_body(grounds=[{"kind": "fact", "id": "insured_staff"}], statement="补交参保证明")
    answer = await file(typed, more)
    assert answer.status_code == 200, answer.text
    joined = answer.json()
    assert (joined["receipt"], joined["joined"]) == (first["receipt"], True)
    assert "已并入" in joined["message"]
    assert [ground["id"] for ground in joined["grounds"]] == ["growth.2", "insured_staff"]
    assert joined["statement"].startswith(STATEMENT)
    assert joined["statement"].endswith("补交参保证明")
    assert joined["etag"] != first["etag"]
    assert len(await typed.events("ObjectionFiled")) == 1


async def test_the_types_of_two_years_are_two_things_and_the_open_one_of_last_year_is_not_joined(
    typed: ObjectionClient,
) -> None:
    first = await filed(typed, typing_body())
    await typed.hear(household_typed(1, year=2027, revision=2))
    second = await filed(typed, typing_body(year=2027))
    assert (first["year"], second["year"], second["joined"]) == (2026, 2027, False)
    again = await file(typed, typing_body(statement="补充说明"))
    assert (again.status_code, again.json()["receipt"]) == (200, second["receipt"])


async def test_the_same_filing_again_changes_nothing(typed: ObjectionClient) -> None:
    first = await filed(typed, typing_body())
    again = await file(typed, typing_body())
    assert (again.status_code, again.json()["etag"]) == (200, first["etag"])
    assert again.json()["statement"] == first["statement"]


async def test_different_objectors_against_one_application_stay_apart(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        first = await filed(office, notice_body(), number=7)
        by_household = notice_body(subject=None, uscc=uscc(1))
        second = await filed(office, by_household, number=8)
        for unknown, slug in (
            ({"uscc": uscc(77)}, "not-on-notice"),
            ({"public_notice": str(UNHEARD)}, "notice-unheard"),
        ):
            assert (await file(office, by_household | unknown)).json()["type"] == f"/problems/{slug}"
        asked = {"against": "public-notice", "uscc": uscc(1), "public_notice": str(NOTICE)}
        assert (await office.get("/v1/grounds", None, query=asked)).json()["last_day"] is not None
    assert first["receipt"] != second["receipt"]
    assert first["subject"] == second["subject"], "the public list says the household, not its application"
    assert {row["operator_ref"] for row in await office.sql("select operator_ref from objection")} == {
        operator(7),
        operator(8),
    }


async def test_an_objector_withdraws_before_the_decision(typed: ObjectionClient) -> None:
    found = await filed(typed, typing_body())
    path = f"/v1/objections/{found['id']}/withdrawal"
    other = await typed.post(path, {}, Role.OPERATOR, match=found["etag"], number=2)
    assert other.status_code == 404
    answer = await typed.post(path, {}, Role.OPERATOR, match=found["etag"])
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert len(await typed.events("ObjectionWithdrawn")) == 1
    again = await file(typed, typing_body())
    assert again.status_code == 201, "a new one may be filed"
    assert again.json()["receipt"] != found["receipt"]


async def test_after_a_withdrawal_nothing_is_withdrawn_again(typed: ObjectionClient) -> None:
    found = await filed(typed, typing_body())
    path = f"/v1/objections/{found['id']}/withdrawal"
    done = await typed.post(path, {}, Role.OPERATOR, match=found["etag"])
    answer = await typed.post(path, {}, Role.OPERATOR, match=done.json()["etag"])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/state")


async def test_at_the_counter_an_officer_files_for_the_operator_with_recorded_consent(typed: ObjectionClient) -> None:
    body = typing_body(objector=ZHANG, consent=CONSENT)
    found = await filed(typed, body, Role.OFFICER, subject="li")
    assert (found["filed_by"], found["filed_by_label"]) == ("counter", "窗口代为提交")
    mine = (await typed.get("/v1/objections/mine", Role.OPERATOR)).json()["items"]
    assert [one["id"] for one in mine] == [found["id"]], "the operator sees what was filed for them"
    assert (await file(typed, typing_body())).status_code == 200, "and joins it"
    (recorded,) = (await typed.get(f"/v1/objections/{found['id']}/objector", Role.OFFICER)).json()["consents"]
    assert (recorded["step"], recorded["given_on"], recorded["recorded_by"]) == ("file", "2026-08-03", "li")
    shown = await typed.post(f"/v1/objections/{found['id']}/objector/disclosures", {"reason": "核对同意"}, Role.OFFICER)
    assert [one["statement"] for one in shown.json()["consents"]] == [CONSENT["statement"]]


async def test_at_the_counter_nothing_is_filed_without_consent_name_or_region(typed: ObjectionClient) -> None:
    bare = typing_body(objector=ZHANG)
    assert (await file(typed, bare, Role.OFFICER)).json()["type"] == "/problems/consent-missing"
    nameless = typing_body(consent=CONSENT)
    assert (await file(typed, nameless, Role.OFFICER)).json()["type"] == "/problems/identity-missing"
    elsewhere = await file(typed, typing_body(objector=ZHANG, consent=CONSENT), Role.OFFICER, "12")
    assert elsewhere.json()["type"] == "/problems/outside-region"


async def test_one_person_without_account_at_the_counter_is_one_objector(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        first = await filed(office, notice_body(consent=CONSENT), Role.OFFICER)
        same = notice_body(consent=CONSENT, objector={"name": " 张小明 ", "contact": "138-0013-8000"})
        assert (await file(office, same, Role.OFFICER)).json()["receipt"] == first["receipt"]
        other = notice_body(consent=CONSENT, objector=ZHANG | {"contact": "13900139000"})
        assert (await file(office, other, Role.OFFICER)).status_code == 201
        path = f"/v1/objections/{first['id']}/withdrawal"
        refused = await office.post(path, {}, Role.OFFICER, match=first["etag"])
        assert refused.json()["type"] == "/problems/consent-missing"
        done = await office.post(path, {"consent": "本人到窗口要求撤回"}, Role.OFFICER, match=first["etag"])
        assert done.json()["state"] == "withdrawn"


async def test_against_a_notice_a_name_is_needed_and_never_shown_to_the_household(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(household_typed(1))
        await office.hear(notice_opened(1), source="/recognition")
        nameless = await file(office, notice_body(objector=None), number=7)
        assert nameless.json()["type"] == "/problems/identity-missing"
        found = await filed(office, notice_body(), number=7)
    path = f"/v1/objections/{found['id']}"
    for address in (path, f"{path}/objector", f"{path}/documents"):
        assert (await office.get(address, Role.OPERATOR, number=1)).status_code == 404
    masked = await office.get(f"{path}/objector", Role.OPERATOR, number=7)
    assert masked.json()["name"] == "张**"


async def test_name_and_contact_are_shown_masked_and_unmasked_for_a_reason(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        found = await filed(office, notice_body(), number=7)
    path = f"/v1/objections/{found['id']}/objector"
    shown = (await office.get(path, Role.OFFICER)).json()
    assert (shown["name"], shown["contact"]) == ("张**", "138****8000")
    clear = await office.post(f"{path}/disclosures", {"reason": "约异议人到现场核实"}, Role.OFFICER, subject="li")
    assert clear.json() == ZHANG | {"consents": []}
    wrong_level = await office.post(f"{path}/disclosures", {"reason": "想看看"}, Role.OFFICER, PROVINCE)
    assert wrong_level.json()["type"] == "/problems/objector-not-for-this-bureau"
    (entry,) = await office.sql("select actor, details from audit_entry where action = 'personal-data:unmask'")
    assert entry["actor"] == "li"
    assert "约异议人到现场核实" in entry["details"]


async def test_no_table_event_audit_or_log_holds_a_name_or_a_contact(
    office: ObjectionClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        await filed(office, notice_body(), number=7)
        await filed(office, notice_body(consent=CONSENT | {"statement": f"{ZHANG['name']}到窗口同意"}), Role.OFFICER)
    tables = await office.sql(
        "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
    )
    for table in tables:
        rows = await office.sql(f'select t::text as row from "{table["table_name"]}" t')
        for row in rows:
            for secret in (*ZHANG.values(), *(value.encode().hex() for value in ZHANG.values())):
                assert secret not in row["row"], table["table_name"]
    logged = "".join(capsys.readouterr())
    assert all(secret not in logged for secret in ZHANG.values())
