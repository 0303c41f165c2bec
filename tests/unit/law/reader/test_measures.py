"""Support measures: the shipped catalogue, and the errors that a clerk who writes one reads."""

from datetime import date

import pytest

from shared.law.language.errors import PolicyError
from shared.law.model.measures import Measure, MeasureKind, MeasureList
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.reader.measures import MEASURES_SUFFIX, measures_beside, measures_of, read_entered, shipped_measures
from shared.law.reader.yaml_tree import parse_yaml
from shared.law.verifier.measures import measure_lines

SHIPPED = {found.policy: found for found in shipped_measures()}
EVERY = [one for found in SHIPPED.values() for one in found.measures]
HEAD = 'policy: tianjin-2024\nlevel: province\nregion: "12"\nmeasures:\n'
ENTRY = """
  - id: tj-99
    title: 货车ETC用户通行费9.5折
    kind: entitlement
    field: fiscal
    lead: [transport]
    addressees: {types: [survival]}
    terms:
      - {title: 通行费优惠, unit: percent, value: 5}
    citation: {article: 附件1 四（一）2, quote: 实施货车ETC用户通行费9.5折优惠}
"""
ENTERED = {
    "id": "district-1",
    "title": "创业补贴",
    "kind": "entitlement",
    "field": "employment",
    "level": "county",
    "region": "410102",
    "from": "2026-01-01",
    "citation": {
        "article": "第三条",
        "quote": "给予一次性补贴",
        "document": {"number": "某区〔2026〕1号", "title": "创业补贴办法", "issuer": "某区人社局"},
    },
}


def read(entry: str) -> Measure:
    [one] = measures_of(parse_yaml(HEAD + entry, "x.measures.yaml"), load_policy("tianjin-2024")).measures
    return one


def named(name: str) -> Measure:
    return next(one for one in EVERY if one.id == name)


@pytest.mark.parametrize(
    ("policy", "of_each_kind"),
    [
        ("zhengzhou-2025", (6, 12, 38, 2, 6)),
        ("tianjin-2024", (10, 5, 27, 3, 1)),
        ("daxinganling-2024", (8, 3, 27, 3, 7)),
        ("ganzhou-2024", (12, 0, 10, 4, 7)),
        ("fuling-2024", (0, 0, 0, 0, 0)),
    ],
)
def test_every_row_of_the_texts_is_there(policy: str, of_each_kind: tuple[int, ...]):
    kinds = [one.kind for one in SHIPPED[policy].measures]
    assert tuple(kinds.count(kind) for kind in MeasureKind) == of_each_kind


def test_the_catalogue_has_each_id_once():
    assert len({one.id for one in EVERY}) == len(EVERY) == 191


def test_a_changed_character_of_a_quote_is_found():
    """The planted fault: each file, with one character of its first quote changed."""
    for policy, found in SHIPPED.items():
        text = (POLICIES / f"{policy}{MEASURES_SUFFIX}").read_text(encoding="utf-8")
        for one in found.measures[:1]:
            changed = text.replace(one.citation.quote, one.citation.quote.replace("个体", "个休", 1))
            assert changed != text
            with pytest.raises(PolicyError, match="逐字照抄"):
                measures_of(parse_yaml(changed, f"{policy}{MEASURES_SUFFIX}"), load_policy(policy))


def test_two_tolls_of_tianjin_have_ended_and_the_others_have_not():
    ended = [one.id for one in SHIPPED["tianjin-2024"].measures if not one.in_force_on(date(2025, 2, 1))]
    assert ended == ["tj-06", "tj-07"]
    assert all(one.in_force_on(date(2025, 1, 31)) for one in SHIPPED["tianjin-2024"].measures)


def test_the_addressees_of_a_toll_are_households_with_lorries_though_its_heading_names_a_type():
    toll = named("tj-04")
    assert toll.addressees.types == ()
    assert [condition.title for condition in toll.conditions] == ["是货车ETC用户"]


def test_recognised_households_inherit_from_the_day_on_which_benefits_begin():
    assert named("zz-18").addressees.whole.text == (
        "status = 'registered' and (typed_as in ('growth') or (recognised and benefits_from <= :as_of))"
    )
    assert "recognised" not in named("zz-08").addressees.whole.text
    assert "category in ('renowned')" in named("zz-42").addressees.whole.text


def test_a_draft_for_comments_is_marked():
    assert [policy for policy, found in SHIPPED.items() if found.draft] == ["fuling-2024", "ganzhou-2024"]


def test_a_policy_without_measures_has_no_list():
    assert measures_beside("national-2024") is None


@pytest.mark.parametrize(
    ("wrong", "instead", "said"),
    [
        (
            "[survival]}",
            "[survival], expression: vehicle}",
            "没有哪个部门送来“vehicle”；能用的事实有：typed_as（当年集中分型",
        ),
        ("value: 5", "value: 105", "数额“通行费优惠”的值“105”不对；应是0 到 100 的整数"),
        ("unit: percent", "unit: share", "“unit”不能是“share”"),
        ("citation:", "from: 2026-03-01\n    until: 2026-02-01\n    citation:", "日期反了：止于 2026-02-01"),
        ("[transport]", "[traffic]", "“lead”不能是“traffic”；可用的有：market（市场监管部门）"),
        ("[survival]", "[small]", "只有 survival、growth、development"),
        ("9.5折优惠}", "9.4折优惠}", "不在文件原文 tianjin-2024.txt 里；请逐字照抄"),
        ("kind: entitlement", "kind: right", "“kind”不能是“right”"),
        ("field: fiscal", "fields: fiscal", "里没有“fields”这一项；是不是“field”？"),
        ("lead: [transport]", "needs: [commitment]", "要告知承诺的"),
        ("lead: [transport]", "unverified: [conditions]", "写了“conditions”，但没有写这一项"),
        ("tj-99", "第九", "应由小写字母、数字和 - 组成"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(wrong: str, instead: str, said: str):
    with pytest.raises(PolicyError) as refused:
        read(ENTRY.replace(wrong, instead))
    assert said in str(refused.value)
    assert str(refused.value).startswith("x.measures.yaml 第 ")


def test_two_measures_of_one_name_are_refused():
    with pytest.raises(PolicyError, match="措施“tj-99”写了两次"):
        read(ENTRY + ENTRY)


def test_a_measure_that_a_clerk_enters_brings_its_own_document():
    one = read_entered(ENTERED | {"addressees": {"types": ["growth"]}, "inherits": ["growth"]})
    assert (one.region, one.citation.document.number, one.unassigned) == ("410102", "某区〔2026〕1号", True)
    assert "recognised" in one.addressees.whole.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"region": "4101"}, "县级的应是 6 位区划代码"),
        ({"citation": {"article": "一", "quote": "二"}}, "措施的依据没有写文件"),
        ({"from": "2026-13-01"}, "应是日期"),
    ],
)
def test_a_clerks_mistake_says_what_would_be_right(changed: dict[str, object], said: str):
    with pytest.raises(PolicyError, match=said):
        read_entered(ENTERED | changed)


def test_the_report_names_what_a_list_leaves_open():
    lines = "\n".join(measure_lines(SHIPPED["tianjin-2024"], date(2026, 1, 1)))
    assert "待明确部门）：7 项" in lines
    assert "2026-01-01 已经到期：2 项（tj-06、tj-07）" in lines
    assert "帮扶措施 0 项（征求意见稿" in "\n".join(measure_lines(MeasureList("x", True, (), None), date(2026, 1, 1)))
