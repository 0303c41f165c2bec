"""The block `objections`: errors name what is possible and the line; stored policies of before can still be read."""

from datetime import date
from pathlib import Path

import pytest

from shared.law.language.errors import PolicyError
from shared.law.model.objections import ObjectionKind, ObjectionPeriod
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy, restore_policy
from shared.law.verifier.objections import check_objections
from shared.law.verifier.report import objection_lines
from tests.unit.law.policy_samples import AS_OF, SMALL, write_policy
from tests.unit.law.recognition_samples import CITED, PARTS

DECIDER = """\
  - id: decider
    question: 谁决定？
    in_force: same-level
    readings: {same-level: {title: 原部门}, superior: {title: 上一级}}
    why: 原文没有写
    decides: 某局
"""
BLOCK = f"""\
objections:
  parameters:
    accept: {{title: 受理, unit: working-days, values: {{2025-01-01: 3}}, verified: false, citation: {CITED}}}
    decide: {{title: 决定, unit: days, values: {{2025-01-01: 15, 2025-06-01: 20}}, citation: {CITED}}}
    filing: {{title: 提出, unit: working-days, values: unset, citation: {CITED}}}
    share: {{title: 百分之几, unit: percent, values: {{2025-01-01: 5}}, citation: {CITED}}}
  periods: {{accept_days: accept, decide_days: decide}}
  against:
    typing:
      received_by: [province]
      explained_by: [county, city]
      decided_by: [province]
      counted_from: published
      file_days: filing
      citation: {CITED}
    public-notice:
      filed_by: anyone
      received_by: [same-level]
      decided_by: decider
      counted_from: during-notice
      unverified: [decided_by]
      citation: {CITED}
"""
WHOLE = SMALL + DECIDER + BLOCK


def read(folder: Path, text: str = WHOLE) -> Policy:
    return load_policy(write_policy(folder, text))


def test_periods_of_all_kinds_hold_where_a_kind_has_none_of_its_own(tmp_path: Path):
    objections = read(tmp_path).objections
    assert objections is not None
    typing, notice = objections.rules["typing"], objections.rules["public-notice"]
    assert list(typing.periods) == [ObjectionPeriod.FILE, ObjectionPeriod.ACCEPT, ObjectionPeriod.DECIDE]
    assert list(notice.periods) == [ObjectionPeriod.ACCEPT, ObjectionPeriod.DECIDE]
    early, late = (typing.on(ObjectionPeriod.DECIDE, day) for day in (date(2025, 5, 1), date(2025, 6, 1)))
    assert early is not None
    assert late is not None
    assert (early.text, late.text) == ("15天", "20天")
    assert objections.missing() == tuple(kind for kind in ObjectionKind if kind not in ("typing", "public-notice"))


WRONG = {
    "an objection against nothing": ("    typing:\n", "    typings:\n", "是不是“typing”"),
    "a level nobody knows": ("[county, city]", "[county, town]", "没有“town”这一级；可用的有：county 县（市、区）级"),
    "a level twice": ("[county, city]", "[county, county]", "各不相同"),
    "nobody who receives": ("received_by: [province]", "received_by: []", "至少一个"),
    "nobody who decides": ("      decided_by: [province]\n", "", "缺少“decided_by”"),
    "an unknown parameter": ("file_days: filing", "file_days: filling", "没有名为“filling”的参数；是不是“filing”"),
    "a parameter of another unit": ("file_days: filing", "file_days: share", "单位是 percent"),
    "a period nobody knows": ("{accept_days: accept,", "{accepted_days: accept,", "是不是“accept_days”"),
    "a window without a beginning": ("      counted_from: published\n", "", "要用 counted_from 写明从哪天起算"),
    "a window beside the notice's own": (
        "counted_from: during-notice",
        "counted_from: during-notice\n      file_days: filing",
        "期限就是公示期",
    ),
    "an objector nobody knows": (
        "filed_by: anyone",
        "filed_by: anybody",
        "应是 operator、anyone 之一，或一条解释的 id",
    ),
    "an interpretation nobody wrote": ("decided_by: decider", "decided_by: deciders", "是不是“decider”"),
    "a reading that is nobody": ("superior: {title", "supreme: {title", "只能是 same-level、superior、either"),
    "an unverified field nobody knows": ("unverified: [decided_by]", "unverified: [decides]", "是不是“decided_by”"),
}


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_rule_is_refused_with_file_and_line(tmp_path: Path, right: str, wrong: str, said: str):
    assert WHOLE.count(right) == 1, f"sample no longer has exactly one {right!r}"
    with pytest.raises(PolicyError) as refused:
        read(tmp_path, WHOLE.replace(right, wrong))
    assert said in str(refused.value)
    assert "small.yaml 第 " in str(refused.value)


def test_a_policy_stored_before_reads_as_it_did(tmp_path: Path):
    """Its content has levels and periods per kind, and neither objectors nor explainers."""
    old = load_policy(write_policy(tmp_path, SMALL + PARTS))
    objections = restore_policy(old.content).objections
    assert objections is not None
    typing = objections.rules["typing"]
    assert typing.receivers("410102") == ("410102",)
    assert typing.deciders("410102") == ("41",)
    assert (typing.explained_by, typing.counted_from) == ((), None)
    assert list(typing.periods) == [ObjectionPeriod.ACCEPT, ObjectionPeriod.DECIDE, ObjectionPeriod.EXTEND]


def test_the_check_names_missing_kinds_with_the_line(tmp_path: Path):
    policy = load_policy(write_policy(tmp_path, SMALL + PARTS))
    problems = [str(problem) for problem in check_objections(policy, AS_OF)]
    assert len(problems) == len(ObjectionKind) - 1
    assert all("small.yaml 第 " in problem for problem in problems)
    assert "没有写对“refusal”（不予认定）的异议由谁受理、由谁决定" in problems[1]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("[county, city]", "[county, city, superior]", None),
        ('regions: ["41"]', 'regions: ["12"]', "写了“city”（市（地）级），适用地区 12 没有这一级"),
        ("accept_days: accept, decide_days: decide", "decide_days: decide", "没有写受理期限 accept_days"),
        (
            "{accept_days: accept,",
            "{remind_days: accept, accept_days: accept,",
            "remind_days 应小于受理期限 accept_days",
        ),
    ],
)
def test_the_check_finds_what_cannot_work(tmp_path: Path, right: str, wrong: str, said: str | None):
    assert WHOLE.count(right) == 1
    policy = read(tmp_path, WHOLE.replace(right, wrong))
    problems = [str(problem) for problem in check_objections(policy, AS_OF)]
    if said is None:
        assert problems == []
    else:
        assert any(said in problem for problem in problems)
        report = "\n".join(objection_lines(policy, check_objections(policy, AS_OF), AS_OF))
        assert f"不完整：{problems[0]}" in report


def test_the_report_says_who_does_what_and_which_numbers_are_nobodys(tmp_path: Path):
    policy = read(tmp_path)
    lines = list(objection_lines(policy, [], AS_OF))
    province, whoever = "省（自治区、直辖市）级", "作出决定的市场监管部门"
    explainers = "县（市、区）级、市（地）级可以解释"
    assert lines == [
        "【异议】",
        f"  分型结果：经营者提出，{province}受理，{explainers}，{province}决定，自结果公布的次日起算",
        f"  公示：写明姓名的任何人提出，{whoever}受理，{whoever}决定（未核对），公示期内",
        "  未定或未核对：提出（filing）未定（文件没有规定）",
        "  未定或未核对：受理（accept）3个工作日（未核对：《示例文件》 五）",
    ]
