"""The page for clerks lists every fact there is, and no other."""

import re

from shared.law.language.facts import FACTS
from shared.law.language.vocabulary import MEASURE_FACTS, RECOGNITION_FACTS
from shared.law.reader.loading import POLICIES


def listed(heading: str, until: str) -> set[str]:
    """The names in the first column of the tables between two headings."""
    text = (POLICIES / "README.md").read_text(encoding="utf-8")
    part = text.split(heading)[1].split(until)[0]
    rows = (row.split("|")[1] for row in part.splitlines() if row.startswith("| `"))
    return {name for cell in rows for name in re.findall(r"`(\w+)`", cell)}


def test_the_page_lists_exactly_the_facts_an_expression_may_use():
    assert listed("\n## 事实", "\n## 认定") == set(FACTS)


def test_the_page_lists_exactly_the_facts_a_recognition_rule_may_use():
    assert listed("\n## 认定", "\n## 异议") == set(RECOGNITION_FACTS)


def test_the_page_lists_exactly_the_facts_an_addressee_of_a_measure_may_be_described_by():
    assert listed("\n## 帮扶措施", "\n## 测试户") == set(MEASURE_FACTS)
