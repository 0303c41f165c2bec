"""Deliveries of penalties and dishonest debtors: what counts, what is rejected, and who is judged again."""

import asyncio
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.recognition.applications import repository as application_repository
from services.recognition.decisions.service import grant
from services.recognition.monitoring import repository as monitoring_repository
from services.recognition.season.repository import get_season as season_of
from shared import clock
from shared.contracts.typing import HouseholdChanged
from shared.feeds.intake.declaration import FORMATS
from shared.platform.deliveries import receiving
from shared.platform.identity import Caller, Role
from tests.fixtures.waiting import until_blocked
from tests.integration.recognition.lifecycle_steps import dossier_of, recognise
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, household_typed, operator, uscc
from tests.integration.recognition.register_deliveries import debtors, deliver, penalties, penalty
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import DECIDES, Walkthrough

ELSEWHERE = "410106"
TODAY = dt.date(2026, 12, 1)


async def delivered(office: RecognitionClient, *rows: str, **changed: Any) -> dict[str, Any]:
    """An accepted delivery of penalties."""
    answer = await deliver(office, penalties(*rows), **changed)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def kept(office: RecognitionClient) -> list[tuple[str, str]]:
    """Code and kind of every penalty in the register."""
    return [tuple(row) for row in await office.sql("select uscc, kind from penalty order by 1, 2")]


async def remove_unlisted(office: RecognitionClient, delivery: str, region: str = COUNTY) -> None:
    """An officer confirms that what a full delivery does not list is gone."""
    headers = office.as_(Role.OFFICER, region) | {"If-Match": "*"}
    body = {"confirmed": True, "reason": "已与报送部门核对"}
    answer = await office.client.post(f"/v1/deliveries/{delivery}/removal", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def concerns(walkthrough: Walkthrough, recognition: str) -> list[str]:
    return [one["kind"] for one in (await dossier_of(walkthrough, recognition)).json()["concerns"]]


async def test_a_delivery_is_told_with_counts_and_its_rejects_are_downloaded(office: RecognitionClient):
    await office.hear(household_typed(1), household_typed(2, county=ELSEWHERE))
    told = await delivered(
        office, penalty(1), penalty(7), penalty(2, code=uscc(2, ELSEWHERE)), penalty(1, kind="scolding")
    )
    assert (told["rows"], told["accepted"], told["rejected"], told["changed"]) == (4, 2, 2, 1)
    assert told["waiting"] == 1, "of a household that nobody knows yet"
    assert await kept(office) == [(uscc(1), "fine")]
    rejects = (await office.get(f"/v1/deliveries/{told['id']}/rejects")).text.splitlines()
    assert [tuple(line.split(",")[2:5]) for line in rejects if ",rejected," in line] == [
        ("4", "uscc", "unknown-household"),
        ("5", "kind", "unknown-value"),
    ]
    assert (await office.get(f"/v1/deliveries/{told['id']}")).json() == told


async def test_the_same_bytes_count_once_also_at_the_same_moment(office: RecognitionClient):
    await office.hear(household_typed(1))
    office.resources.intake.checks.total_tokens = 4
    answers = await asyncio.gather(*(deliver(office, penalties(penalty(1))) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_deliveries_that_do_not_wait_for_one_another_would_be_caught(
    office: RecognitionClient, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: look, then insert."""

    async def nobody(*_: object) -> None:
        return None

    monkeypatch.setattr(monitoring_repository, "lock_feed", nobody)
    monkeypatch.setattr(receiving, "lock_coverage", nobody)
    with pytest.raises((AssertionError, IntegrityError)):
        await twenty_times_at_the_same_moment(office)


async def twenty_times_at_the_same_moment(office: RecognitionClient) -> None:
    for _ in range(20):
        await test_the_same_bytes_count_once_also_at_the_same_moment(office)
        async with office.resources.database.transaction() as session:
            for table in ("penalty", "register_delivery"):
                await session.execute(text(f"delete from {table}"))


async def test_what_is_not_as_declared_or_not_taken_here_is_refused(office: RecognitionClient):
    await office.hear(household_typed(1))
    cut = await deliver(office, penalties(penalty(1)), rows=2)
    assert (cut.status_code, cut.json()["title"]) == (422, "行数不一致")
    other = await deliver(office, penalties(penalty(1)), "tax")
    assert other.status_code == 404
    assert "penalty、dishonest_debtor" in other.json()["detail"]
    assert await kept(office) == []
    entries = await office.sql("select action from audit_entry where action like 'delivery:%'")
    assert [row["action"] for row in entries] == ["delivery:refuse"]


async def test_only_a_bureau_of_the_region_delivers_and_only_the_region_reads(office: RecognitionClient):
    await office.hear(household_typed(1))
    assert (await deliver(office, penalties(penalty(1)), token_region=ELSEWHERE)).status_code == 403
    assert (await deliver(office, penalties(penalty(1)), role=Role.OFFICER)).status_code == 403
    told = await delivered(office, penalty(1))
    for path in (f"/v1/deliveries/{told['id']}", f"/v1/deliveries/{told['id']}/rejects"):
        assert (await office.get(path, region=ELSEWHERE)).status_code == 404
    assert (await office.get(path, region="4101")).status_code == 200


async def test_a_bureau_of_another_region_changes_nothing_about_this_ones_households(office: RecognitionClient):
    await office.hear(household_typed(1), household_typed(2, county=ELSEWHERE))
    await delivered(office, penalty(1))
    await delivered(office, penalty(1, repaired="2026-06-01"), region=ELSEWHERE)
    await delivered(office, penalty(2, code=uscc(2, ELSEWHERE)), region=ELSEWHERE, mode="full")
    rows = await office.sql("select uscc, repaired_on from penalty order by 1")
    assert [tuple(row) for row in rows] == [(uscc(1), None), (uscc(2, ELSEWHERE), None)]


async def test_a_later_row_replaces_and_a_full_delivery_removes_what_is_gone(office: RecognitionClient):
    await office.hear(*(household_typed(number) for number in (1, 2, 3)))
    await delivered(office, penalty(1), penalty(2), penalty(3))
    told = await delivered(office, penalty(1, repaired="2026-06-01"), penalty(2))
    assert told["changed"] == 1
    unreadable = penalty(3, decided="2026-13-01")
    told = await delivered(office, penalty(1, repaired="2026-06-01"), unreadable, mode="full")
    assert await kept(office) == [(uscc(1), "fine"), (uscc(3), "fine")], "what cannot be read removes nothing"
    assert (told["rejected"], told["changed"]) == (1, 1)


def as_parquet(names: list[str], cells: list[str]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({name: [cell or None] for name, cell in zip(names, cells, strict=True)}), sink)
    return bytes(sink.getvalue().to_pybytes())


def as_xlsx(names: list[str], cells: list[str]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, names)
        sheet.write_row(1, 0, cells)
    return content.getvalue()


@pytest.mark.parametrize(("suffix", "write"), [(".parquet", as_parquet), (".xlsx", as_xlsx)])
async def test_parquet_and_excel_are_taken_as_well(
    office: RecognitionClient, suffix: str, write: Callable[[list[str], list[str]], bytes]
):
    await office.hear(household_typed(1))
    kind = next(kind for kind, known in FORMATS.items() if known == suffix)
    content = write(penalties().strip().split(","), penalty(1).split(","))
    answer = await deliver(office, content, rows=1, content_type=kind)
    assert (answer.status_code, answer.json()["accepted"]) == (201, 1), answer.text
    assert await kept(office) == [(uscc(1), "fine")]


@at_stage("two recognised")
async def test_a_penalty_puts_a_recognised_household_before_an_officer_until_it_is_repaired(
    walkthrough: Walkthrough, recognitions: list[str]
):
    one, other = recognitions
    with clock.travel(TODAY):
        await delivered(walkthrough.office, penalty(1, kind="warning"), penalty(2))
        assert (await concerns(walkthrough, one), await concerns(walkthrough, other)) == ([], ["penalty"])
        sentence = (await dossier_of(walkthrough, other)).json()["concerns"][0]["sentence"]
        assert "2年内" in sentence, "the policy's own number"
        await delivered(walkthrough.office, penalty(2, repaired="2026-11-30"))
        assert await concerns(walkthrough, other) == []
        await delivered(walkthrough.office, penalty(2))
        held = await delivered(walkthrough.office, mode="full")
        await remove_unlisted(walkthrough.office, held["id"])
        assert await concerns(walkthrough, other) == [], "removed"
    assert (await dossier_of(walkthrough, other)).json()["state"] == "valid", "only a decision cancels"


async def test_an_operator_on_the_courts_list_is_found_by_pseudonym_only(walkthrough: Walkthrough):
    identity = "410105199001010017"
    ref = walkthrough.office.resources.intake.bench.pseudonym.of(identity)
    (recognition,) = await recognise(walkthrough, 1)
    moved = HouseholdChanged(
        uscc=uscc(1), name="测试商户1号", region=COUNTY, status="registered", operator_ref=ref, revision=5
    )
    with clock.travel(TODAY):
        listed = await deliver(walkthrough.office, debtors(f"{identity},2026-11-01,"), "dishonest_debtor")
        assert (listed.json()["accepted"], listed.json()["changed"]) == (1, 0)
        assert await concerns(walkthrough, recognition) == []
        await walkthrough.office.hear(moved)
        assert await concerns(walkthrough, recognition) == ["dishonest-debtor"], (
            "the household's new operator is listed"
        )
        await deliver(walkthrough.office, debtors(f"{identity},2026-11-01,2026-11-20"), "dishonest_debtor")
        assert await concerns(walkthrough, recognition) == []
    stored = await walkthrough.office.sql("select operator_ref from dishonest_debtor")
    assert [row["operator_ref"] for row in stored] == [ref]
    files = [path.read_bytes() for path in walkthrough.office.resources.settings.data_dir.rglob("*") if path.is_file()]
    assert not any(identity.encode() in content for content in files)


async def test_a_court_elsewhere_lists_the_operator_of_a_shop_here(walkthrough: Walkthrough):
    """The list is of persons, wherever their shops are: row-level security must not hide the shop's recognition."""
    identity = "410105199001010017"
    ref = walkthrough.office.resources.intake.bench.pseudonym.of(identity)
    (recognition,) = await recognise(walkthrough, 1)
    moved = HouseholdChanged(
        uscc=uscc(1), name="测试商户1号", region=COUNTY, status="registered", operator_ref=ref, revision=5
    )
    with clock.travel(TODAY):
        await walkthrough.office.hear(moved)
        for removed, found in (("", ["dishonest-debtor"]), ("2026-11-20", [])):
            rows = debtors(f"{identity},2026-11-01,{removed}")
            listed = await deliver(walkthrough.office, rows, "dishonest_debtor", region=ELSEWHERE)
            assert listed.json()["changed"] == 1, listed.text
            assert await concerns(walkthrough, recognition) == found


async def test_another_region_cannot_take_a_debtor_off_this_ones_list_but_a_wider_one_can(office: RecognitionClient):
    async def of(region: str, removed: str, mode: str = "incremental") -> None:
        rows = debtors(f"410105199001010017,2026-01-01,{removed}")
        answer = await deliver(office, rows, "dishonest_debtor", region=region, mode=mode)
        assert answer.status_code == 201, answer.text

    async def standing() -> list[tuple[str, bool]]:
        rows = await office.sql("select region, removed_on is null from dishonest_debtor order by 1")
        return [tuple(row) for row in rows]

    await of(COUNTY, "")
    await of(ELSEWHERE, "2026-02-01")
    assert await standing() == [(COUNTY, True), (ELSEWHERE, False)]
    await of("41", "2026-02-02")
    assert await standing() == [("41", False)]
    answer = await deliver(office, debtors(), "dishonest_debtor", region="41", mode="full")
    assert (answer.status_code, await standing()) == (201, [("41", False)])
    await remove_unlisted(office, answer.json()["id"], region="41")
    assert await standing() == []


async def test_one_person_written_in_two_ways_is_one_row(office: RecognitionClient):
    rows = debtors("41010519900101001x,2026-01-01,", "４１０１０５１９９００１０１００１Ｘ,2026-01-01,")
    answer = await deliver(office, rows, "dishonest_debtor")
    assert answer.status_code == 201, answer.text
    assert len(await office.sql("select * from dishonest_debtor")) == 1


@at_stage("two handed in")
async def test_what_is_under_way_shows_the_officer_what_stands_against_it(
    walkthrough: Walkthrough, applications: list[str]
):
    one, other = applications
    before = await walkthrough.etag(one)
    await delivered(walkthrough.office, penalty(1))
    shown = await walkthrough.look(one)
    assert "行政处罚" in shown.json()["against"][0]
    assert shown.headers["ETag"] != before
    assert (await walkthrough.look(other)).json()["against"] == []
    await delivered(walkthrough.office, penalty(1, repaired="2026-08-30"))
    with clock.travel(dt.date(2026, 9, 2)):
        await delivered(walkthrough.office, mode="full")
    assert (await walkthrough.look(one)).json()["against"] == []


async def test_a_household_that_is_struck_off_while_it_applies_is_marked(walkthrough: Walkthrough, application: str):
    gone = HouseholdChanged(
        uscc=uscc(1), name="测试商户1号", region=COUNTY, status="cancelled", operator_ref=operator(1), revision=5
    )
    await walkthrough.office.hear(gone)
    assert (await walkthrough.look(application)).json()["against"][-1].startswith("个体工商户不在登记在册状态")


async def penalised_while_being_recognised(walkthrough: Walkthrough) -> list[str]:
    """A decision has read the register and is about to commit while a penalty comes in; the concerns afterwards."""
    (application,) = await walkthrough.to_decision(1)
    decider = Caller("decider", frozenset({Role.APPROVER}), COUNTY)
    with clock.travel(DECIDES):
        async with walkthrough.office.resources.database.transaction() as session:
            found = await application_repository.get_application(session, application, COUNTY, lock=True)  # type: ignore[arg-type]
            assert found is not None
            season = await season_of(session, found.season_id, COUNTY)
            assert season is not None
            recognition = str((await grant(session, found, season, decider)).id)
            delivery = asyncio.create_task(delivered(walkthrough.office, penalty(1)))
            await until_blocked(walkthrough.office.resources.database, delivery)
        await delivery
    return await concerns(walkthrough, recognition)


async def test_a_penalty_that_meets_a_decision_is_never_lost(walkthrough: Walkthrough):
    assert await penalised_while_being_recognised(walkthrough) == ["penalty"]


async def test_without_the_lock_on_the_application_it_would_be_lost(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: a delivery that locks no running application before its rows count."""

    async def none(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(application_repository, "lock_running", none)
    assert await penalised_while_being_recognised(walkthrough) == []
