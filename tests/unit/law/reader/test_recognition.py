"""A policy's recognition, objections and duties: read whole, judged by the day, and refused where they are wrong."""

from datetime import date
from pathlib import Path

import pytest

from shared.law.compiler.evaluator import evaluate_rules
from shared.law.explain.interpretations import open_points
from shared.law.language.errors import PolicyError
from shared.law.language.units import month_day
from shared.law.language.vocabulary import RECOGNITION_COLUMNS
from shared.law.model.recognition import Category, Counting, Rounding, StepKind
from shared.law.reader.loading import load_policy, restore_policy
from tests.unit.law.policy_samples import AS_OF, write_policy
from tests.unit.law.recognition_samples import WHOLE


def test_the_parts_are_read_whole(tmp_path: Path):
    policy = load_policy(write_policy(tmp_path, WHOLE))
    assert policy.recognition is not None
    assert policy.objections is not None
    recognition = policy.recognition
    assert recognition.value(recognition.quota.share, AS_OF) == 5
    assert recognition.categories[Category.RENOWNED].points_needed == 60
    assert [step.kind for step in recognition.paths["recommendation"].steps] == [
        StepKind.CONSENT,
        StepKind.RECOMMENDATION,
        StepKind.DECISION,
    ]
    assert not policy.objections.parameters["days"].verified
    assert [duty.id for duty in policy.duties] == ["conduct.no-charges"]


def test_what_the_parts_say_is_part_of_the_policys_content(tmp_path: Path):
    before = load_policy(write_policy(tmp_path, WHOLE))
    after = load_policy(
        write_policy(
            tmp_path, WHOLE.replace("unit: percent, values: {2025-01-01: 5}", "unit: percent, values: {2025-01-01: 6}")
        )
    )
    assert before.content_hash != after.content_hash


def test_a_parameter_of_recognition_unset_does_not_keep_anybody_from_typing(tmp_path: Path):
    policy = load_policy(write_policy(tmp_path, WHOLE))
    assert policy.unset(AS_OF, required=True) == policy.unset(AS_OF, required=False) == ()


def test_a_setting_reaches_the_parameters_of_recognition(tmp_path: Path):
    policy = load_policy(write_policy(tmp_path, WHOLE), settings={"notice_days": "5"})
    assert policy.recognition is not None
    assert policy.recognition.value("notice_days", AS_OF) == 5


def test_readings_say_what_takes_a_place_and_how_places_are_rounded(tmp_path: Path):
    path = write_policy(tmp_path, WHOLE)
    chosen = [
        load_policy(path, readings=readings).recognition
        for readings in ({}, {"counting": "flow", "rounding": "half-up"}, {"rounding": "ceiling"})
    ]
    assert [(one.quota.counting, one.quota.rounding) for one in chosen if one is not None] == [
        (Counting.STOCK, Rounding.FLOOR),
        (Counting.FLOW, Rounding.HALF_UP),
        (Counting.STOCK, Rounding.CEILING),
    ]


def test_what_is_left_open_is_told_with_the_reading_in_force_the_others_and_who_decides(tmp_path: Path):
    policy = load_policy(write_policy(tmp_path, WHOLE))
    assert policy.recognition is not None
    points = open_points(policy, policy.recognition, AS_OF)
    assert [one.interpretation.id for one in points] == ["counting", "rounding"], "not typing's"
    assert points[1].sentence == (
        "怎样取整？采用的读法：5%以内，舍去小数。另一种读法是“进一”或“四舍五入”，由某市市场监督管理局决定。"
        "依据：《示例文件》 五“其余都是生存型”"
    )


def test_a_setting_on_stored_content_keeps_the_document_that_sets_it(tmp_path: Path):
    plain = load_policy(write_policy(tmp_path, WHOLE))
    policy = restore_policy(plain.content, settings={"notice_days": "7"}, document="某局〔2026〕1号")
    assert policy.recognition is not None
    setting = policy.recognition.parameters["notice_days"].setting
    assert setting is not None
    assert (setting.value, setting.document) == (7, "某局〔2026〕1号")
    assert policy.recognition.parameters["quota_percent"].setting is None
    assert restore_policy(policy.content).content_hash == policy.content_hash != plain.content_hash


@pytest.mark.parametrize(
    ("decided_on", "bars"),
    [(date(2023, 7, 15), False), (date(2023, 7, 16), True), (None, None)],
    ids=["two years to the day", "a day less than two years", "not known"],
)
def test_a_disqualifier_is_judged_on_the_day_of_applying(tmp_path: Path, decided_on: date | None, bars: bool | None):
    recognition = load_policy(write_policy(tmp_path, WHOLE)).recognition
    assert recognition is not None
    facts = {**dict.fromkeys(RECOGNITION_COLUMNS), "penalised": True, "penalty_decided_on": decided_on}
    judged = evaluate_rules(recognition.disqualifiers, recognition.parameters, date(2025, 7, 15), facts)
    assert judged == {"disqualifier.1": bars}


def test_who_was_never_penalised_is_not_barred_by_a_date_that_nobody_knows(tmp_path: Path):
    recognition = load_policy(write_policy(tmp_path, WHOLE)).recognition
    assert recognition is not None
    facts = {**dict.fromkeys(RECOGNITION_COLUMNS), "penalised": False}
    assert evaluate_rules(recognition.disqualifiers, recognition.parameters, AS_OF, facts) == {"disqualifier.1": False}


def test_a_rule_on_an_unset_number_does_not_hold(tmp_path: Path):
    recognition = load_policy(write_policy(tmp_path, WHOLE)).recognition
    assert recognition is not None
    facts = {**dict.fromkeys(RECOGNITION_COLUMNS), "revenue_growth": 300}
    assert evaluate_rules(recognition.lifecycle.extension, recognition.parameters, AS_OF, facts) == {
        "extension.1": False
    }


@pytest.mark.parametrize(("value", "year", "day"), [(731, 2026, date(2026, 7, 31)), (229, 2025, date(2025, 2, 28))])
def test_a_day_of_every_year_is_a_date_in_each(value: int, year: int, day: date):
    assert month_day(value, year) == day


IDLE = "  - {id: idle, question: 何, in_force: a, readings: {a: {title: 甲}, b: {title: 乙}}, why: 无, decides: 某局}\n"
WRONG: dict[str, tuple[str, str, str]] = {
    "a block nobody knows": ("  one_category:", "  one_categorie:", "是不是“one_category”"),
    "a block left out": ("  recognised_by: [county]\n", "", "缺少“recognised_by”"),
    "a level nobody knows": ("recognised_by: [county]", "recognised_by: [town]", "取自 operator、department、county"),
    "a typing fact in a recognition rule": (
        "expression: recommended,",
        "expression: abnormal,",
        "没有名为“abnormal”的事实",
    ),
    "a type nobody knows": ("('growth', 'development')", "('growth', 'developing')", "是不是“development”"),
    "an id of another list": ("id: source.2", "id: bar.2", "这里应像 source.1"),
    "a parameter that is not there": ("share: quota_percent", "share: quota_percents", "是不是“quota_percent”"),
    "a parameter of another unit": ("share: quota_percent", "share: three", "单位是 years，这里要的是 percent"),
    "a percent above a hundred": (
        "unit: percent, values: {2025-01-01: 5}",
        "unit: percent, values: {2025-01-01: 105}",
        "0 到 100 的整数",
    ),
    "a day that no year has": ("values: {2025-01-01: 11-30}", "values: {2025-01-01: 11-31}", "每年的月和日"),
    "points without a threshold": ("      points_needed: 60\n", "", "就要写 points_needed"),
    "a threshold nobody can reach": ("points_needed: 60", "points_needed: 80", "加起来只有 70 分"),
    "a criterion without points": (" points: 30,", "", "每一条标准都要写 points"),
    "points that are no number": ("points: 40", "points: many", "应是大于零的整数"),
    "a criterion of another category": ("id: renowned.2", "id: quality.2", "这里应像 renowned.1"),
    "a category nobody knows": ("    emerging: {", "    emergent: {", "是不是“emerging”"),
    "a feed nobody knows": (
        "proven_by: intellectual_property",
        "proven_by: trademarks",
        "“proven_by”不能是“trademarks”",
    ),
    "a number in a title that its criterion does not go by": (
        "title: 商标",
        'title: "商标{ban_years}"',
        "标题只能写 over_years 的参数，不能写 ban_years",
    ),
    "one of several provers that nobody knows": (
        "proven_by: intellectual_property",
        "proven_by: [tax, trademarks]",
        "“proven_by”不能是“trademarks”",
    ),
    "an alternative to what nobody proves": ("evidence: [证书]", "otherwise: [证书]", "没有 proven_by"),
    "a document besides what nobody proves": ("evidence: [证书]", "besides: [证书]", "没有 proven_by"),
    "a recommendation without consent": (
        "        - {step: consent, by: [operator], citation: {article: 五, quote: 其余都是生存型}}\n",
        "",
        "应从 consent、recommendation 开始",
    ),
    "a notice after the decision": ("step: report,", "step: site-visit,", "应在 decision（认定）之前"),
    "a decision by whom the policy does not let recognise": (
        "recognised_by: [county]",
        "recognised_by: [city]",
        "由 county 办理，不在 recognised_by",
    ),
    "a step twice": ("step: report,", "step: public-notice,", "有一步写了两次"),
    "a step nobody knows": ("step: report,", "step: reporting,", "是不是“report”"),
    "a province of four digits": (
        "    revocation:",
        '    mutual_recognition: {provinces: ["120"], citation: {article: 五, quote: 其余都是生存型}}\n    revocation:',
        "两位的省级区划代码",
    ),
    "a quota over a type that counts nobody": (
        "types: [growth, development]",
        "types: [growth, gap]",
        "没有“gap”这一型",
    ),
    "a quota that does not say what it counts": ("counting: counting, ", "", "缺少“counting”"),
    "a quota under an interpretation nobody wrote": ("counting: counting,", "counting: counted,", "是不是“counting”"),
    "a word in the place of an interpretation": ("rounding: rounding,", "rounding: floor,", "没有名为“floor”的解释"),
    "a reading that is no way to round": (
        "half-up: {title: 四舍五入}",
        "nearest: {title: 四舍五入}",
        "读法不能是“nearest”，只能是 floor、half-up、ceiling",
    ),
    "a way to count in the place of one to round": ("rounding: rounding,", "rounding: counting,", "只能是 floor"),
    "an unknown parameter in a reading's title": (
        "{quota_percent}以内",
        "{quota_percents}以内",
        "是不是“quota_percent”",
    ),
    "an interpretation that decides nothing": (
        "  - id: rounding\n",
        IDLE + "  - id: rounding\n",
        "解释“idle”什么也没有决定",
    ),
    "a duty of no kind": ("kind: conduct,", "kind: conducts,", "是不是“conduct”"),
    "a duty with another id": ("id: conduct.no-charges", "id: no-charges", "这里应像 conduct.no-charges"),
    "a duty nobody keeps": (" kept_by: 没有收费功能,", "", "缺少“kept_by”"),
}


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_part_is_refused_with_file_and_line(tmp_path: Path, right: str, wrong: str, said: str):
    assert WHOLE.count(right) == 1, f"sample no longer has exactly one {right!r}"
    with pytest.raises(PolicyError) as refused:
        load_policy(write_policy(tmp_path, WHOLE.replace(right, wrong)))
    assert said in str(refused.value)
    assert "small.yaml 第 " in str(refused.value)
    assert refused.value.place is not None
