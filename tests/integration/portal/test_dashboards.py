"""Dashboards: charts with their tables, in the order of codes and never ranked, small numbers kept back, files."""

import re

import httpx
import pytest

from services.portal.dashboards.charts import lines_of, place_rows
from services.portal.shell.regions import region_choices
from services.portal.upstream.staff_statistics import PlaceFigureAnswer, PublicationFigureAnswer
from shared.platform.identity import Role
from tests.integration.portal.answers import STATISTICS
from tests.integration.portal.staff_answers import OBJECTION_YEAR, PUBLISHED, STAFF_ANSWERS
from tests.integration.portal.visitor import Visitor


def test_places_stand_in_the_order_of_codes_with_what_corrections_changed() -> None:
    """Never ranked, however the service sends them: 条例 art. 32."""
    figures = [PlaceFigureAnswer.model_validate(one) for one in STATISTICS]
    figures[0].corrected = {"growth": 2, "survival": -2}
    rows = place_rows(figures)
    assert [row.region for row in rows] == ["410102", "410103"]
    assert rows[1].corrected == 2
    assert sum(piece.width for piece in rows[0].pieces) == pytest.approx(100, abs=0.1)


def test_a_region_without_others_below_it_is_not_called_all_of_it() -> None:
    assert region_choices("410105") == (("410105", "金水区"),)
    assert region_choices("4101")[0] == ("4101", "全部郑州市")


def test_a_series_is_a_line_a_type_between_the_first_and_the_last_publication() -> None:
    series = [PublicationFigureAnswer.model_validate(one) for one in PUBLISHED]
    lines = {line.kind: line.points for line in lines_of(series)}
    assert lines["survival"] == "0.0,0.0 100.0,0.0"
    assert lines["growth"] == "0.0,28.57 100.0,17.14"
    assert lines_of(series[:1]) == []


async def test_every_number_of_a_chart_stands_in_its_table_and_nothing_sorts_it(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101")
    text = (await visitor.open("/work/statistics")).text
    for table in re.findall("<table.*?</table>", text, re.S):
        assert ">70<" in table
        assert ">1,000<" in table
    assert text.count("<polyline") == 3
    assert "sort" not in text


async def test_small_numbers_are_kept_back(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    await visitor.sign_in(Role.AUDITOR, region="4101")
    row = {**OBJECTION_YEAR["results"][0], "number": None}
    monkeypatch.setitem(OBJECTION_YEAR, "results", [row])
    assert "太少，不显示" in (await visitor.open("/work/process")).text


async def test_the_table_is_the_services_file(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101")
    monkeypatch.setitem(STAFF_ANSWERS, "/v1/statistics/table", ["a"])
    answer = await visitor.open("/work/statistics/table?level=city&year=2026&form=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="statistics.csv"'
    (asked,) = [one for one in visitor.typing.asked if one.url.path == "/v1/statistics/table"]
    assert asked.url.params == httpx.QueryParams(region="4101", level="city", year="2026", format="csv")


async def test_a_service_that_is_away_leaves_the_other_numbers(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101")
    visitor.objection.away = True
    answer = await visitor.open("/work/process")
    assert answer.status_code == 200
    assert "异议服务暂时查不到" in answer.text
    assert "名特优新：审核" in answer.text
