"""Links that somebody signed in is offered: the header's, and the menu beside the officer's pages in groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.portal.sessions.signed_in import SignedIn
from shared.platform.identity import STAFF, Role

OF_OPERATORS: Mapping[str, str] = {"/desk": "我的店", "/inbox": "通知", "/settings": "设置"}
OF_STAFF: Mapping[str, str] = {"/inbox": "通知", "/settings": "设置"}
OF_SECURITY: Mapping[str, str] = {"/accounts": "账号"}
OFFICIALS = frozenset({Role.OFFICER, Role.APPROVER})
READERS = OFFICIALS | {Role.AUDITOR}
WORKPLACE = "工作台"


@dataclass(frozen=True)
class MenuGroup:
    """Some links under a heading. `title` says what they are for; seven at most, so that they are seen at a glance."""

    title: str
    links: Mapping[str, str]


MENU: Sequence[MenuGroup] = (
    MenuGroup(
        "要办的事",
        {
            "/work": "今日",
            "/work/tasks": "待办",
            "/work/objections": "异议",
            "/work/verifications": "部门核实",
            "/work/visits": "必访",
            "/work/problems": "诉求问题",
        },
    ),
    MenuGroup("分型", {"/work/deliveries": "数据报送", "/work/runs": "分型批次", "/work/statistics": "分型统计"}),
    MenuGroup(
        "名特优新",
        {
            "/work/seasons": "认定季",
            "/work/quotas": "名额",
            "/work/scoring-sheets": "评分表",
            "/work/adoptions": "外地认定",
        },
    ),
    MenuGroup("帮扶", {"/work/surveys": "问卷调查", "/work/inspections": "抽查和首违"}),
    MenuGroup(
        "查询",
        {
            "/work/households": "查一户",
            "/work/publications": "公布到其他系统",
            "/work/process": "办理情况",
            "/work/analyses": "季度分析",
            "/work/downloads": "下载名单",
            "/audit": "审计记录",
        },
    ),
)
SHOWN_TO: Mapping[str, frozenset[Role]] = {
    "/work": OFFICIALS,
    "/work/tasks": OFFICIALS,
    "/work/verifications": READERS | {Role.BUREAU},
    "/work/visits": READERS | {Role.BUREAU},
    "/work/problems": READERS | {Role.BUREAU},
    "/audit": frozenset({Role.AUDITOR}),
}
"""Who may open a link; the others are for officers, approvers and auditors"""


def sections_of(signed_in: SignedIn | None) -> Mapping[str, str]:
    """The header's links for who is signed in, the one to begin with first."""
    if signed_in is None:
        return {}
    roles = signed_in.caller.roles
    if signed_in.is_operator:
        return OF_OPERATORS
    if Role.SECURITY_ADMIN in roles:
        return OF_SECURITY
    if menu := menu_of(signed_in):
        return {next(iter(menu[0].links)): WORKPLACE, **OF_STAFF}
    return OF_STAFF if roles & STAFF else {}


def menu_of(signed_in: SignedIn | None) -> Sequence[MenuGroup]:
    """The links beside the officer's pages, those alone that this person may open; groups without any are left out."""
    roles = signed_in.caller.roles if signed_in is not None else frozenset[Role]()
    offered = [
        replace(group, links={to: word for to, word in group.links.items() if SHOWN_TO.get(to, READERS) & roles})
        for group in MENU
    ]
    return [group for group in offered if group.links]
