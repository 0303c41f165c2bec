"""What is proved of a policy: anybody may read it, and it is part of the draft that an officer publishes."""

import orjson
import pytest
from sqlalchemy import text

from shared.law.verifier.verify import CrossCheckFailed
from shared.platform.identity import Role
from tests.integration.typing.staged_city import StagedCity, at_stage
from tests.integration.typing.typing_client import CITY, TypingClient


async def test_the_public_reads_the_findings_of_a_policy(office: TypingClient) -> None:
    answer = await office.get("/v1/policies/zhengzhou-2025/findings", None)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    kinds = [finding["kind"] for finding in found["findings"]]
    assert {"no-gap", "undetermined", "overlap", "boundary", "reading-opens-or-closes-gap"} <= set(kinds)
    assert not found["needs_attention"]
    (overlap,) = (finding for finding in found["findings"] if finding["kind"] == "overlap")
    (household,) = overlap["households"]
    assert household["type"] == "development"
    assert "6人" in household["household"]
    assert household["sentences"][0]["citation"]["document"] == "郑市监〔2025〕6号"


async def test_the_public_reads_what_applies_in_a_county(office: TypingClient) -> None:
    answer = await office.get("/v1/standards", None, region="410105", day="2026-11-29")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["policy"], found["region_name"]) == ("zhengzhou-2025", "金水区")
    assert found["recognition"]["quota"]["base"] is None, "nothing is published yet"
    last = await office.get("/v1/standards", None, region="410105", day="9999-12-31")
    assert last.status_code == 422, "benefits would begin in the year 10000"
    nowhere = await office.get("/v1/standards", None, region="650102")
    assert (nowhere.status_code, nowhere.json()["type"]) == (404, "/problems/standard-not-found")


async def test_findings_are_reckoned_with_the_numbers_that_bureaus_set_and_name_them(office: TypingClient) -> None:
    """津市场监管政务〔2024〕9号 附件1 二（二）2: 达到一定数额, which another document says."""
    before = (await office.get("/v1/policies/tianjin-2024/findings", None)).json()
    async with office.resources.database.transaction() as session:
        await session.execute(text(NUMBER_IN_FORCE))
    after = (await office.get("/v1/policies/tianjin-2024/findings", None)).json()
    assert before["set_numbers"] == []
    (number,) = after["set_numbers"]
    assert (number["parameter"], number["value"]) == ("growth_revenue_from", "30万元")
    assert "津市场监管政务〔2026〕1号" in number["document"]
    assert after["policy_hash"] != before["policy_hash"]
    assert after["findings"] != before["findings"], "the clause of the number holds for somebody now"


NUMBER_IN_FORCE = """
    INSERT INTO number_setting (id, state, version, region, policy, parameter, value, in_force_from, document_number,
                                document_title, document_date, proposed_by, decided_by, decided_at)
    VALUES (gen_random_uuid(), 'in-force', 2, '12', 'tianjin-2024', 'growth_revenue_from', '300000', '2024-07-01',
            '津市场监管政务〔2026〕1号', '关于数额的通知', '2024-06-20', '甲', '乙', now())"""


@at_stage("published")
async def test_the_base_of_the_quota_is_the_central_typing_whatever_is_published_in_between(city: StagedCity) -> None:
    """郑市监〔2025〕6号 三（二）1: 以每年个体工商户集中分型判定数量为基准."""
    office = city.office
    year = (await office.run(city.last)).json()["as_of"][:4]

    async def base() -> int | None:
        found = (await office.get("/v1/standards", None, region="410105", day=f"{year}-11-29")).json()
        reckoned: int | None = found["recognition"]["quota"]["base"]
        return reckoned

    central = await base()
    assert central
    async with office.resources.database.transaction() as session:
        await session.execute(text("UPDATE statistic SET households = households + 100"))
    assert await base() == central, "what is shown of a later publication is no base"
    async with office.resources.database.transaction() as session:
        await session.execute(text("UPDATE run SET purpose = 'statistics'"))
    assert await base() is None


async def test_a_policy_that_nobody_knows_is_not_found_and_no_path_is_read(office: TypingClient) -> None:
    assert (await office.get("/v1/policies/nowhere-2025/findings", None)).status_code == 404
    assert (await office.get("/v1/policies/..%2Fpolicies%2Fzhengzhou-2025.yaml/findings", None)).status_code in (
        404,
        422,
    )


async def test_a_policy_whose_numbers_must_be_set_first_says_which(office: TypingClient) -> None:
    answer = await office.get("/v1/policies/national-2024/findings", None)
    assert answer.status_code == 422
    assert "growth_years" in answer.json()["detail"]


async def test_a_draft_under_a_reading_with_a_gap_says_so(office: TypingClient) -> None:
    order = {
        "policy": "zhengzhou-2025",
        "as_of": "2026-07-01",
        "region": CITY,
        "readings": {"growth-1-zero": "positive-only"},
    }
    ordered = await office.client.post("/v1/runs", json=order, headers=office.as_(Role.OFFICER))
    proof = (await office.get(f"/v1/runs/{ordered.json()['id']}/comparison")).json()["proof"]
    assert (proof["gap"], proof["needs_attention"]) == (True, True)
    assert "growth-1-zero=counts-zero" in proof["open_readings"]


@at_stage("drafted")
async def test_what_was_found_stands_beside_the_changes_and_in_the_audit(city: StagedCity) -> None:
    proof = (await city.office.get(f"/v1/runs/{city.last}/comparison")).json()["proof"]
    assert (proof["gap"], proof["undetermined_possible"], proof["unset_parameters"]) == (False, True, [])
    assert proof["overlaps"] == ["发展型与成长型的条件可以同时符合，按判定顺序算发展型。"]
    assert proof["open_readings"] == [
        "new-this-year=everything",
        "growth-1-zero=positive-only",
        "growth-1-zero=positive-residual",
        "growth-1-zero=recorded-only",
        "development-1-ten-thousand=included",
        "development-2-five=includes-five",
    ]
    assert (await city.office.publish(city.last)).status_code == 200
    (entry,) = await city.office.sql("select details from audit_entry where action = 'run:publish'")
    assert orjson.loads(entry["details"])["findings"] == []


@at_stage("drafted")
async def test_a_policy_that_the_engine_does_not_confirm_is_not_published(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise CrossCheckFailed("planted")

    monkeypatch.setattr("services.typing.runs.service.proof_of", refused)
    assert (await city.office.publish(city.last)).status_code == 500
    assert (await city.office.run(city.last)).json()["state"] == "draft"
