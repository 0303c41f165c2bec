"""Credit-risk classes of households, and what market supervision found and how it dealt with it.

Class A is that of 大兴安岭 附件1 一（五）1F. The text that the others are from is not at hand: unverified (未核对).
No text lists fields and outcomes.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

RISK_CLASSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A": "信用风险低（A类）",
        "B": "信用风险一般（B类）",
        "C": "信用风险较高（C类）",
        "D": "信用风险高（D类）",
    }
)
VIOLATION_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "registration": "登记和年报",
        "advertising": "广告",
        "price": "价格",
        "competition": "竞争",
        "food": "食品",
        "quality": "产品质量",
        "metrology": "计量",
        "trademark": "商标、专利",
        "other": "其他",
    }
)
VIOLATION_OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "first-exempt": "首违不罚",
        "minor-exempt": "轻微免罚",
        "ordered": "责令改正",
        "penalised": "行政处罚",
    }
)
