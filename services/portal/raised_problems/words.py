"""Words of problems, as the support service has them."""

from collections.abc import Mapping

PROBLEM_STATES: Mapping[str, str] = {
    "collected": "已收集，待转办",
    "forwarded": "已转办",
    "handling": "处理中",
    "supervised": "逾期督办中",
    "answered": "已答复",
    "closed": "已办结",
}
PROBLEM_SOURCES: Mapping[str, str] = {
    "household": "经营者反映",
    "association": "个体劳动者协会等组织",
    "contact-point": "联系点",
    "visit": "走访",
    "meeting": "座谈会",
    "objection": "异议（实为诉求）",
    "hotline": "热线",
}
OUTCOMES: Mapping[str, str] = {
    "solved": "已经解决",
    "not-solved": "未能解决，已说明原因",
    "enforcement": "移交执法查处",
}
DEEDS: Mapping[str, str] = {
    "collect": "收集",
    "forward": "转办",
    "accept": "开始处理",
    "give-back": "退回转办",
    "supervise": "逾期，上级督办",
    "answer": "答复",
    "refuse": "经营者表示没有解决",
    "satisfied": "经营者表示已经解决，办结",
    "silence": "经营者在期限内没有表示意见，办结",
    "close": "办结",
}
"""What was done, in the words of its step"""
