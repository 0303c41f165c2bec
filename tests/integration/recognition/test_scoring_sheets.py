"""Scoring sheets: entered as text, put in force by a second person, copied into the next year, fixed once in use."""

from typing import Any

import pytest

from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, post_as
from tests.integration.recognition.scoring_setup import (
    EXAMPLE,
    SHEET,
    draft_sheet,
    publish_sheet,
    put_in_force,
    sheet_order,
)
from tests.integration.recognition.season_setup import POLICY, open_season


async def test_forty_indicators_are_entered_as_text_and_read_by_anybody_once_in_force(office: RecognitionClient):
    drafted = await draft_sheet(office, EXAMPLE.read_text(encoding="utf-8"))
    assert drafted.status_code == 201, drafted.text
    path = f"/v1/scoring-sheets/{drafted.json()['id']}"
    assert (await office.get(path, None)).status_code == 404, "a draft is the bureau's own"
    assert (await put_in_force(office, drafted.json()["id"], subject="maker")).status_code == 403
    assert (await put_in_force(office, drafted.json()["id"])).status_code == 200
    shown = (await office.get(path, None)).json()
    assert sum(len(section["indicators"]) for section in shown["content"]["sections"]) == 40
    answer = await office.client.get("/v1/scoring-sheets", params={"region": "41"})
    assert answer.status_code == 200, answer.text
    await the_standards_show_it(office, path)
    (listed,) = answer.json()["items"]
    assert listed == {name: value for name, value in shown.items() if name != "content"}


async def the_standards_show_it(office: RecognitionClient, path: str) -> None:
    """Every part of it, item by item, to anybody; on days when it is not valid there is none."""
    sheet = (await office.get(path, None)).json()
    found, written = await standards_of(office, COUNTY, "2026-08-11"), sheet["content"]
    assert (found["id"], found["document"], found["valid_until"]) == (sheet["id"], sheet["document"], "2027-07-31")
    assert [one["weight"] for one in found["sections"]] == [str(one["weight"]) for one in written["sections"]]
    assert (found["sections"][0]["cap"], found["points_needed"], found["assessors_least"]) == ("26", "60", 3)
    years = found["sections"][0]["indicators"][0]
    assert (years["kind_label"], years["maximum"], years["citation"]["article"]) == ("分档", "5", "第一条（1）")
    assert [one["id"] for one in found["deductions"]] == ["late-answer", "once-fined"]
    assert ([one["id"] for one in found["vetoes"]], [one["id"] for one in found["bars"]]) == (
        ["accident", "fraud"],
        ["abnormal-now"],
    )
    assert [one["title"] for one in found["ties"]] == ["“诚信守法”得分高的", "“社会贡献”得分高的", "申报在先的"]
    for place, day in ((COUNTY, "2026-07-31"), (COUNTY, "2027-08-01"), ("410102", "2026-08-11")):
        assert await standards_of(office, place, day) is None, (place, day)


async def standards_of(office: RecognitionClient, region: str, day: str) -> Any:
    """The sheet that applies in a region on a day, as anybody reads it."""
    answer = await office.client.get("/v1/standards", params={"region": region, "day": day})
    assert answer.status_code == 200, answer.text
    return answer.json()["scoring_sheet"]


async def test_a_mistake_is_told_with_its_line_and_nothing_is_stored(office: RecognitionClient):
    answer = await draft_sheet(office, SHEET.replace("weight: 40", "weight: 30"))
    assert answer.status_code == 422
    assert "加起来是 90（30 + 60），应当正好是 100" in answer.json()["detail"]
    answer = await draft_sheet(office, SHEET.replace("not penalised", "not fined"))
    assert answer.json()["line"] == 14
    assert "没有名为“fined”的事实；能用的有：typed_as" in answer.json()["detail"]
    assert "不包括 2027 年" in (await draft_sheet(office, year=2027)).json()["detail"]
    assert (await draft_sheet(office, region="410102")).status_code == 403
    path, headers = f"/v1/scoring-sheets?region={COUNTY}&drafts=true", office.as_(Role.OFFICER)
    drafts = await office.client.get(path, headers=headers)
    assert drafts.json()["items"] == []


async def test_next_years_sheet_is_copied_from_this_years_under_its_own_document(office: RecognitionClient):
    source = await publish_sheet(office)
    body = {"region": COUNTY, "year": 2027, "policy": POLICY, "source": source, "document_no": "编〔2027〕3号"}
    body |= {"valid_from": "2027-01-01", "valid_until": "2027-12-31"}
    copied = (await post_as(office, "/v1/scoring-sheets/copies", body, Role.OFFICER)).json()
    assert (copied["document"], copied["copied_from"], copied["in_force_at"]) == ("编〔2027〕3号", source, None)
    old = (await office.get(f"/v1/scoring-sheets/{source}")).json()["content"]
    assert copied["content"]["sections"] == old["sections"]


async def as_read(office: RecognitionClient, sheet: str) -> dict[str, str]:
    """The version of a sheet that anybody reads now."""
    return {"If-Match": (await office.client.get(f"/v1/scoring-sheets/{sheet}")).headers["ETag"]}


async def test_a_sheet_in_use_can_neither_be_changed_nor_removed(office: RecognitionClient):
    sheet = await publish_sheet(office)
    assert (await draft_sheet(office)).json()["title"] == "评分表已经生效"
    season = await open_season(office)
    assert season["sheet_id"] == sheet == (await standards_of(office, COUNTY, "2026-10-08"))["id"]
    headers = office.as_(Role.APPROVER) | await as_read(office, sheet)
    removal = await office.client.delete(f"/v1/scoring-sheets/{sheet}", headers=headers)
    assert (removal.status_code, removal.json()["title"]) == (409, "评分表正在使用")


async def test_a_sheet_that_no_season_uses_is_removed_and_drafted_anew(office: RecognitionClient):
    sheet = await publish_sheet(office)
    headers = office.as_(Role.APPROVER) | await as_read(office, sheet)
    assert (await office.client.delete(f"/v1/scoring-sheets/{sheet}", headers=headers)).status_code == 204
    assert (await draft_sheet(office)).status_code == 201


async def test_a_season_is_not_opened_under_a_sheet_that_is_not_valid_that_day(office: RecognitionClient):
    await publish_sheet(office, SHEET.replace("valid_until: 2026-12-31", "valid_until: 2026-07-31"))
    with pytest.raises(AssertionError, match=r"评分表（编〔2026〕9号）的有效期是 2026-01-01 至 2026-07-31，不包括今天"):
        await open_season(office)


async def test_a_season_is_not_opened_under_a_sheet_by_which_a_category_cannot_be_scored(office: RecognitionClient):
    ours = SHEET.replace("ties: [craft]", "ties: [draw]")
    for weight in ("weight: 40\n", "weight: 60\n"):
        ours = ours.replace(weight, f"{weight}    categories: [distinctive]\n")
    await publish_sheet(office, ours)
    with pytest.raises(AssertionError, match=r"评分表（编〔2026〕9号）没有“.+”类的部分，这一类的申报无法评分"):
        await open_season(office)


async def test_nobody_replaces_a_colleagues_draft_without_having_seen_it(office: RecognitionClient):
    first = (await draft_sheet(office)).json()["id"]
    ours = sheet_order()
    over = await post_as(office, "/v1/scoring-sheets", ours, Role.OFFICER, subject="another")
    assert (over.status_code, first in over.json()["detail"]) == (409, True)
    seen = ours | {"replaces": first}
    assert (await post_as(office, "/v1/scoring-sheets", seen, Role.OFFICER, subject="another")).status_code == 201


async def test_a_season_is_not_opened_past_its_countys_draft(office: RecognitionClient):
    await draft_sheet(office)
    with pytest.raises(AssertionError, match=r"410105 的评分表（编〔2026〕9号）还是草稿，请先使它生效，或删除草稿"):
        await open_season(office)


@pytest.mark.parametrize("subject", ["maker", "checker"])
async def test_a_sheet_in_force_is_not_removed_by_who_made_it_so(office: RecognitionClient, subject: str):
    sheet = await publish_sheet(office)
    headers = office.as_(Role.APPROVER, subject=subject) | await as_read(office, sheet)
    removal = await office.client.delete(f"/v1/scoring-sheets/{sheet}", headers=headers)
    assert (removal.status_code, removal.json()["title"]) == (403, "须由另一人删除")
