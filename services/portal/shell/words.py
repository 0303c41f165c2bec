"""Words that several pages say."""

from collections.abc import Mapping

from services.portal.sessions.signed_in import SignedIn
from shared.platform.identity import STAFF, Role

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
OPERATOR_KINDS: Mapping[str, str] = {
    "veteran": "退役军人",
    "graduate": "高校毕业生",
    "disabled": "残疾人",
    "returning_migrant": "返乡农民工",
}
"""Operators whom the documents name: where two are alike, they come first"""
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
OF_OPERATORS: Mapping[str, str] = {"/desk": "我的店", "/inbox": "通知", "/settings": "设置"}
OFFICIALS = {Role.OFFICER, Role.APPROVER}
WORK_MENU: Mapping[str, str] = {
    "/work": "今日",
    "/work/tasks": "待办",
    "/work/households": "查一户",
    "/work/objections": "异议",
    "/work/verifications": "部门核实",
    "/work/deliveries": "数据报送",
    "/work/runs": "分型批次",
    "/work/seasons": "认定季",
    "/work/publications": "公布到其他系统",
    "/work/visits": "必访",
    "/work/problems": "诉求问题",
    "/work/statistics": "分型统计",
    "/work/process": "办理情况",
}
"""Links of the officer's pages, by address"""
OF_OFFICIALS_ALONE = {"/work", "/work/tasks"}
"""Those that show what one has to do oneself: auditors look, and have nothing to do"""
OF_DEPARTMENTS: Mapping[str, str] = {"/work/verifications": "部门核实"}
"""The same for a department that delivers data"""
OF_STAFF: Mapping[str, str] = {"/inbox": "通知", "/settings": "设置"}
OF_SECURITY: Mapping[str, str] = {"/accounts": "账号"}


def sections_of(signed_in: SignedIn | None) -> Mapping[str, str]:
    """The header's links for who is signed in, the one to begin with first."""
    if signed_in is None:
        return {}
    roles = signed_in.caller.roles
    if signed_in.is_operator:
        return OF_OPERATORS
    if Role.SECURITY_ADMIN in roles:
        return OF_SECURITY
    if roles & OFFICIALS:
        return {"/work": "工作台", **OF_STAFF}
    if Role.AUDITOR in roles:
        return {next(iter(work_menu_of(signed_in))): "工作台", **OF_STAFF}
    if Role.BUREAU in roles:
        return {**OF_DEPARTMENTS, **OF_STAFF}
    return OF_STAFF if roles & STAFF else {}


def work_menu_of(signed_in: SignedIn | None) -> Mapping[str, str]:
    """The links beside the officer's pages, those alone that lead somewhere."""
    if signed_in is not None and signed_in.caller.roles & OFFICIALS:
        return WORK_MENU
    if signed_in is not None and Role.BUREAU in signed_in.caller.roles:
        return OF_DEPARTMENTS
    return {to: word for to, word in WORK_MENU.items() if to not in OF_OFFICIALS_ALONE}
