"""四（三）: 能够通过政府部门之间信息共享获得的,不得要求另行提供 — which criteria still ask for paper, and why."""

import pytest

from shared.law.language.facts import prover_label
from shared.law.reader.loading import load_policy, policy_ids
from shared.reference.departments import Department

NO_REGISTER = "没有哪个部门登记市场占有率、知名度、质量或品牌影响力"
OWN_ACCOUNT = "经营内容、特色和带动作用要申报人自己说明，由走访核实"
NOT_A_DEPARTMENT = "镇街、社区、行业协会、平台的推荐不在部门之间的信息共享里"
ACCOUNTS = "平台的粉丝、用户和美誉度不在年度报告里"
PAPER = {
    "zhengzhou-2025": {
        "renowned.1": NO_REGISTER,
        "renowned.4": NOT_A_DEPARTMENT,
        "distinctive.1": OWN_ACCOUNT,
        "distinctive.3": NO_REGISTER,
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


def test_who_proves_is_a_department_or_what_the_platform_is_delivered() -> None:
    assert prover_label("annual_report") == "市场监管部门（年度报告）"
    assert prover_label(Department.CULTURE) == "文化和旅游部门"
    assert prover_label("区侨办") == "区侨办", "as a county writes it"
