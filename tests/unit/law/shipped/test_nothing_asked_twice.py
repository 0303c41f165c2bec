"""四（三）: 能够通过政府部门之间信息共享获得的,不得要求另行提供 — which criteria still ask for paper, and why."""

import pytest

from shared.law.language.facts import one_prover, prover_label
from shared.law.reader.loading import load_policy, policy_ids
from shared.reference.departments import Department

NO_REGISTER = "没有哪个部门登记市场占有率、知名度、质量或品牌影响力"
OWN_ACCOUNT = "经营内容、特色和带动作用要申报人自己说明，由走访核实"
NOT_A_DEPARTMENT = "镇街、社区、行业协会、平台的推荐不在部门之间的信息共享里"
ACCOUNTS = "平台的粉丝、用户和美誉度不在年度报告里"
RECOMMENDED = (("renowned", 5), ("distinctive", 6), ("quality", 6), ("emerging", 4))
"""天津: (5)/(6)/(4)经相关部门推荐的."""
PAPER = {
    "zhengzhou-2025": {
        "renowned.1": NO_REGISTER,
        "renowned.4": NOT_A_DEPARTMENT,
        "distinctive.1": OWN_ACCOUNT,
        "distinctive.3": NO_REGISTER,
        "emerging.1": ACCOUNTS,
        "emerging.2": OWN_ACCOUNT,
    },
    "tianjin-2024": {
        "renowned.1": NO_REGISTER,
        "renowned.2": NO_REGISTER,
        "renowned.3": NO_REGISTER,  # the mark is data, how well it is known is not
        "distinctive.1": OWN_ACCOUNT,
        "distinctive.2": OWN_ACCOUNT,
        "emerging.1": OWN_ACCOUNT,
        "emerging.3": ACCOUNTS,
    },
    "daxinganling-2024": {
        "renowned.1": NO_REGISTER,
        "renowned.2": NO_REGISTER,
        "renowned.3": NO_REGISTER,
        "distinctive.1": OWN_ACCOUNT,
        "emerging.1": OWN_ACCOUNT,
        "emerging.3": ACCOUNTS,
    },
}
PAPER_ONLY = None
"""No department knows it: whoever rests on it hands in a document."""
IP, MARKET, CULTURE = "intellectual_property", "market", "culture"
COMMERCE, AGRICULTURE, HUMAN_RESOURCES = "commerce", "agriculture", "human-resources"
ORGANIC: dict[str, str | None] = {"绿色食品": AGRICULTURE, "有机食品": MARKET, "名特优新农产品": AGRICULTURE}
TRADITION: dict[str, str | None] = {
    "老字号": COMMERCE,
    "非遗工坊": CULTURE,
    "非物质文化遗产": CULTURE,
    "乡村工匠": AGRICULTURE,
    "等": PAPER_ONLY,
}
SKILLS: dict[str, str | None] = dict.fromkeys(("职业资格证书", "技能荣誉"), HUMAN_RESOURCES)
ALTERNATIVES: dict[str, dict[str, dict[str, str | None]]] = {
    "zhengzhou-2025": {
        "renowned.2": {"商标": IP, "专利权": IP, "经营字号": PAPER_ONLY, "自主品牌": PAPER_ONLY},
        "renowned.3": {"荣誉": MARKET, "党员示范店": MARKET},
        "distinctive.2": {"地理标志": "intellectual-property"},
        "distinctive.4": {
            "绿色食品": AGRICULTURE,
            "有机食品": MARKET,
            "等证书": PAPER_ONLY,
            "主管部门": "recommendation",
            "协会推荐": PAPER_ONLY,
        },
        "quality.1": {"管理体系认证": MARKET, "行业标准": PAPER_ONLY, "发达国家和地区产品认证": PAPER_ONLY},
        "quality.2": SKILLS | {"技能人才培养项目": HUMAN_RESOURCES},
        "quality.3": {"名录": CULTURE, "传承人": CULTURE},
        "quality.4": {"老字号": COMMERCE, "百年老店": PAPER_ONLY},
        "quality.5": {"专业技术职称": HUMAN_RESOURCES},
        "quality.6": {"推荐": "recommendation"},
        "emerging.3": {"自主知识产权": IP, "专业设备": PAPER_ONLY},
        "emerging.4": {"推荐": "recommendation"},
    },
    "tianjin-2024": {
        "renowned.3": {"商标": IP},
        "renowned.4": {"表彰奖励": MARKET},
        **{f"{name}.{number}": {"推荐": "recommendation"} for name, number in RECOMMENDED},
        "distinctive.3": ORGANIC,
        "distinctive.4": {"地理标志": "intellectual-property"},
        "distinctive.5": {"农家乐": CULTURE, "民宿": CULTURE, "餐饮名店": COMMERCE},
        "quality.1": {"30年": "registration"},
        "quality.2": TRADITION,
        "quality.3": SKILLS | {"技能人才培养项目": HUMAN_RESOURCES},
        "quality.4": {"专业技术职称": HUMAN_RESOURCES},
        "quality.5": {"管理体系": MARKET, "产品质量认证": MARKET},
        "emerging.2": {"专利权": IP, "商标权": IP, "专业设备": PAPER_ONLY},
    },
    "daxinganling-2024": {
        "renowned.3": {"商标": IP},
        "renowned.4": {"表彰奖励": MARKET},
        "distinctive.2": ORGANIC | {"等": PAPER_ONLY},
        "quality.1": {"年限": "registration"},
        "quality.2": TRADITION,
        "quality.3": SKILLS | {"职业技能等级证书": HUMAN_RESOURCES},
        "quality.4": {"专业技术职称": HUMAN_RESOURCES},
        "quality.5": {"管理体系认证": MARKET, "产品质量认证": MARKET},
        "emerging.2": {"自主知识产权": IP},
    },
}
"""Each alternative that a criterion of the text names, by its words, and who knows of it."""
NUMBER = {"zhengzhou-2025": 18, "tianjin-2024": 21, "daxinganling-2024": 14}
"""Of so many criteria. The national rules, and Ganzhou's and Fuling's that extend them, have none of their own."""


@pytest.mark.parametrize("name", policy_ids())
def test_paper_is_asked_for_only_where_no_department_knows(name: str) -> None:
    recognition = load_policy(name).recognition
    assert recognition is not None
    criteria = [one for category in recognition.categories.values() for one in category.criteria]
    asked = {one.id for one in criteria if one.besides or not one.proven_by}
    assert asked == set(PAPER.get(name, {}))
    assert len(criteria) == NUMBER.get(name, 0)


@pytest.mark.parametrize("name", ALTERNATIVES)
def test_every_alternative_of_a_criterion_has_whoever_knows_it_or_takes_paper(name: str) -> None:
    """A department that knows one of two alternatives does not stand for the other."""
    recognition = load_policy(name).recognition
    assert recognition is not None
    criteria = [one for category in recognition.categories.values() for one in category.criteria]
    assert {one.id for one in criteria if one.proven_by} == set(ALTERNATIVES[name])
    for one in criteria:
        alternatives = ALTERNATIVES[name].get(one.id, {})
        assert [words for words in alternatives if words not in one.citation.quote] == []
        assert set(one.proven_by) == {prover for prover in alternatives.values() if prover}, one.title
        assert bool(one.otherwise) == (PAPER_ONLY in alternatives.values()), one.title


def test_several_who_may_prove_are_told_as_any_of_them() -> None:
    assert one_prover(()) is None
    assert one_prover(["tax"]) == "tax", "the name, as a register or a department is asked"
    assert one_prover([COMMERCE, CULTURE, AGRICULTURE]) == "商务部门、文化和旅游部门或农业农村部门"


def test_who_proves_is_a_department_or_what_the_platform_is_delivered() -> None:
    assert prover_label("annual_report") == "市场监管部门（年度报告）"
    assert prover_label(Department.CULTURE) == "文化和旅游部门"
    assert prover_label("区侨办") == "区侨办", "as a county writes it"
