"""The kinds of administrative penalties, in the order of 行政处罚法 article 9, by which they grow heavier."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PENALTY_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "warning": "警告",
        "criticism": "通报批评",
        "fine": "罚款",
        "confiscation": "没收违法所得、没收非法财物",
        "licence-suspension": "暂扣许可证件",
        "qualification-lowered": "降低资质等级",
        "licence-revocation": "吊销许可证件",
        "business-restricted": "限制开展生产经营活动",
        "closure": "责令停产停业、责令关闭",
        "employment-barred": "限制从业",
        "detention": "行政拘留",
        "other": "法律、行政法规规定的其他行政处罚",
    }
)
OTHER_PENALTY: Final = "other"
"""Nobody can say from the kind alone how heavy it is."""
EVER_FINE_OR_WORSE: Final = frozenset(
    {"fine", "confiscation", "licence-suspension", "licence-revocation", "closure", "detention"}
)
"""罚款及以上 for policies that do not list the kinds, as those stored by the first release."""
