"""The shipped policies' rules on objections: who may do what by each text, and which numbers are nobody's law."""

from datetime import date

import pytest

from shared.law.explain.interpretations import open_points_of_objection
from shared.law.model.objections import FilingStart, ObjectionKind, ObjectionPeriod, ObjectionRule, Objector
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy, policy_ids, restore_policy
from shared.law.verifier.objections import check_objections

ON = date(2026, 9, 1)
ZHONGYUAN, HEPING, FULING, HUMA, GANZHOU = "410102", "120101", "500102", "232721", "620702"
ABOUT_RECOGNITION = [kind for kind in ObjectionKind if kind is not ObjectionKind.TYPING]


def rule(policy: Policy | str, kind: str = ObjectionKind.TYPING) -> ObjectionRule:
    objections = (load_policy(policy) if isinstance(policy, str) else policy).objections
    assert objections is not None
    return objections.rules[kind]


def days(one: ObjectionRule) -> dict[str, int | None]:
    return {period: on_day.days for period in ObjectionPeriod if (on_day := one.on(period, ON)) is not None}


@pytest.mark.parametrize("name", policy_ids())
def test_every_shipped_policy_has_complete_rules_for_every_kind(name: str):
    assert check_objections(load_policy(name), ON) == []


@pytest.mark.parametrize(
    ("name", "county", "province", "explain"),
    [
        ("zhengzhou-2025", ZHONGYUAN, "41", ("410102", "4101", "41")),
        ("daxinganling-2024", HUMA, "23", ("232721", "2327", "23")),
        ("ganzhou-2024", GANZHOU, "62", ("620702", "6207", "62")),
        ("fuling-2024", FULING, "50", ("500102", "50")),
        ("tianjin-2024", HEPING, "12", ("12",)),
    ],
)
def test_the_province_receives_and_decides_objections_to_a_type_and_those_below_only_explain(
    name: str, county: str, province: str, explain: tuple[str, ...]
):
    typing = rule(name)
    assert typing.receivers(county) == typing.deciders(county) == (province,)
    assert typing.explainers(county) == explain
    assert (county in typing.explainers(county)) is (name != "tianjin-2024"), "districts of Tianjin do neither"


def test_what_a_text_says_is_verified_and_what_it_does_not_say_is_not():
    assert "explained_by" not in rule("daxinganling-2024").unverified, "各级…做好…解释工作"
    assert "explained_by" in rule("zhengzhou-2025").unverified
    for name in policy_ids():
        for kind in ABOUT_RECOGNITION:
            assert "decided_by" in rule(name, kind).unverified


@pytest.mark.parametrize("kind", ABOUT_RECOGNITION)
def test_whoever_decided_receives_and_decides_unless_the_superior_is_named(kind: ObjectionKind):
    by_city = rule("zhengzhou-2025", kind)
    assert by_city.receivers(ZHONGYUAN, "4101") == by_city.deciders(ZHONGYUAN, "4101") == ("4101",)
    policy = load_policy("zhengzhou-2025", readings={"recognition-objection-decider": "superior"})
    assert rule(policy, kind).deciders(ZHONGYUAN, "4101") == ("41",)
    assert rule(policy, kind).deciders(ZHONGYUAN, "41") == ("41",), "nobody is above a province"
    either = load_policy("zhengzhou-2025", readings={"recognition-objection-decider": "either"})
    assert rule(either, kind).deciders(ZHONGYUAN, "410102") == ("410102", "4101")
    assert rule(either, kind).deciders(ZHONGYUAN) == (), "nobody while it is not known who decided"


def test_anyone_may_object_to_a_notice_within_its_days_unless_the_text_is_read_otherwise():
    notice = rule("zhengzhou-2025", ObjectionKind.PUBLIC_NOTICE)
    assert (notice.filed_by, notice.counted_from) == (Objector.ANYONE, FilingStart.DURING_NOTICE)
    assert notice.on(ObjectionPeriod.FILE, ON) is None
    narrow = load_policy("zhengzhou-2025", readings={"notice-objector": "operator"})
    assert rule(narrow, ObjectionKind.PUBLIC_NOTICE).filed_by is Objector.OPERATOR


@pytest.mark.parametrize("name", policy_ids())
def test_no_number_is_verified_and_none_that_could_cost_a_right_has_a_default(name: str):
    for kind in ObjectionKind:
        one = rule(name, kind)
        assert not any(on_day.verified for period in one.periods if (on_day := one.on(period, ON)))
        expected = {
            "file_days": None,
            "accept_days": 3,
            "complete_days": None,
            "explain_days": 5,
            "respond_days": None,
            "verify_days": 5,
            "decide_days": 15,
            "extend_days": 15,
            "remind_days": 1,
            "warn_days": 1,  # time that no text gives the objector: it costs no right
        }
        if kind is ObjectionKind.PUBLIC_NOTICE:
            del expected["file_days"]
        assert days(one) == expected


def test_a_number_is_shown_with_its_source_and_one_that_an_order_sets_with_the_orders_document():
    accept = rule("zhengzhou-2025").on(ObjectionPeriod.ACCEPT, ON)
    assert accept is not None
    assert accept.text == "3个工作日（未核对：平台默认值（市监注发〔2022〕76号没有原文））"
    plain = load_policy("zhengzhou-2025")
    ordered = restore_policy(plain.content, settings={"accept_days": "5"}, document="豫市监〔2026〕1号")
    accept = rule(ordered).on(ObjectionPeriod.ACCEPT, ON)
    assert accept is not None
    assert (accept.days, accept.verified, accept.source) == (5, True, "豫市监〔2026〕1号")
    assert accept.text == "5个工作日"
    unset = rule("zhengzhou-2025").on(ObjectionPeriod.FILE, ON)
    assert unset is not None
    assert unset.text == "未定（文件没有规定）"


def test_what_the_text_leaves_open_is_told_with_the_rule():
    policy = load_policy("zhengzhou-2025")
    (point,) = open_points_of_objection(policy, rule(policy), ON)
    assert point.interpretation.id == "typing-objection-window"
    assert "河南省市场监督管理局决定" in point.sentence
    notice = open_points_of_objection(policy, rule(policy, ObjectionKind.PUBLIC_NOTICE), ON)
    assert [one.interpretation.id for one in notice] == ["notice-objector", "recognition-objection-decider"]
