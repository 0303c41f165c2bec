"""Words of the pages about support, as the support service has them."""

from collections.abc import Mapping

from shared.law.model.measures import FIELD_LABELS

FIELDS: Mapping[str, str] = {field.value: label for field, label in FIELD_LABELS.items()}
VISIT_STATES: Mapping[str, str] = {
    "due": "待安排",
    "assigned": "已安排",
    "overdue": "已逾期",
    "made": "已走访",
    "waived": "不再走访",
}
OPEN_VISIT_STATES = frozenset({"due", "assigned", "overdue"})
"""States in which somebody is still waited for"""
PROBLEM_STATES: Mapping[str, str] = {
    "collected": "已收集，待转办",
    "forwarded": "已转办",
    "handling": "处理中",
    "supervised": "逾期督办中",
    "answered": "已答复",
    "closed": "已办结",
}
