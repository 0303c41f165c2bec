"""Words that several pages say."""

from collections.abc import Mapping

from shared.platform.identity import Role
from shared.reference.departments import LABELS

NAVIGATION: Mapping[str, str] = {
    "/directory": "查名录",
    "/recognised": "名特优新名单",
    "/notices": "公示",
    "/areas": "本地标准",
    "/measures": "帮扶措施",
    "/statistics": "统计",
}
"""The header's links, by address"""
VIEWS: Mapping[str, str] = {"elder": "长辈版", "largest": "特大字"}
"""Views beside the standard one"""
TYPES: Mapping[str, str] = {"survival": "生存型", "growth": "成长型", "development": "发展型"}
"""The three types of households, in the order of the documents"""
CATEGORIES: Mapping[str, str] = {"renowned": "知名", "distinctive": "特色", "quality": "优质", "emerging": "新兴"}
"""The four categories of recognition"""
CHANNELS: Mapping[str, str] = {"sms": "手机短信", "email": "电子邮件"}
"""Ways by which messages are sent, beside the inbox"""
ROLES: Mapping[Role, str] = {
    Role.BUREAU: "部门工作人员",
    Role.OFFICER: "经办人",
    Role.APPROVER: "审批人",
    Role.AUDITOR: "审计员",
    Role.SYSTEM: "系统",
    Role.OPERATOR: "经营者",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
}
"""What a caller is, in words"""
DEPARTMENTS: Mapping[str, str] = {one.value: label for one, label in LABELS.items()}
"""By the value that tokens and bodies have"""
PROBLEM_KINDS: Mapping[str, str] = {
    "finance": "融资",
    "tax": "税费",
    "premises": "场所和租金",
    "staff": "用工和社保",
    "training": "培训",
    "licences": "登记和许可",
    "sales": "销路和市场",
    "intellectual-property": "商标、专利",
    "rights": "合法权益受侵害",
    "charges": "违规收费",
    "policy": "政策不清楚、落不了地",
    "other": "其他",
}
"""What a problem is about, as the support service has it"""
