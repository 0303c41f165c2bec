"""The page for clerks lists every fact there is, and no other."""

import re

from shared.policy.facts import FACTS
from shared.policy.loading import POLICIES


def test_the_page_lists_exactly_the_facts_an_expression_may_use():
    text = (POLICIES / "README.md").read_text(encoding="utf-8")
    table = text.split("## 事实")[1].split("## 测试户")[0]
    listed = {
        name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")
    }
    assert listed == set(FACTS)
