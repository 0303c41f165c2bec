"""`python -m services.notification.rules.pages`: docs/notification-rules.md, all shipped rules with their words.

Generated from the rules and checked for drift by a test.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from services.notification.messages.domain import Channel, Lane, NotificationCategory
from services.notification.rules.domain import Addressee, Basis, MailboxLevel, Rule
from services.notification.rules.labels import FILTERS
from services.notification.rules.shipped import shipped_rules
from shared.law.reader.loading import load_policy
from shared.reference.departments import Department

PAGE = Path(__file__).parents[3] / "docs" / "notification-rules.md"
CHANNELS = {Channel.SMS: "短信", Channel.EMAIL: "电子邮件"}
LANES = {Lane.URGENT: "急件", Lane.BULK: "批量"}
DIGESTS = {"daily": "并入每日汇总", "weekly": "并入每周汇总"}
OWNERS = {"typing": "分型服务", "recognition": "认定服务", "support": "扶持服务"}
LEVELS = {
    MailboxLevel.COUNTY: "县级",
    MailboxLevel.CITY: "市级",
    MailboxLevel.PROVINCE: "省级",
    MailboxLevel.OF_EVENT: "事件所在地",
}
PLACES = {
    "handled_at": "现在办理的机关",
    "climbed_to": "督办的上一级",
    "from_region": "迁出地",
    "owner_region": "办理部门所在地",
    "supervised_by": "督办的上一级",
    "recommended_from": "推荐部门所在地",
}
OPERATORS_IN = {"operator_ref": "现在的经营者", "former_operator_ref": "原来的经营者"}
UNVERIFIED = {
    "quiet": "免打扰时段",
    "keep_trying": "重试时间",
    "to": "收件人名单",
    "when": "条件",
    "not_before": "发送日",
}

INTRODUCTION = (
    "- 站内收件箱总是有。短信和电子邮件发给同意接收的人；“依规定或办理程序必须告知的事项”不能退订，其余可以按类退订。",
    "- 短信不带网址，按运营商登记的模板发送。登记码由各部署取得，发布规则的新版本时写在 `codes` 里。",
    "- 公示（N13）向社会公开，在门户的公示页上看，不逐人通知。",
    "- 文件没有写明的（免打扰时段、重试多久、发给哪些部门）标为“未核对”，可以改，改了要另一人审批才发布。",
)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """All rules, by number, in Markdown."""
    rules = [compiled.rule for compiled in shipped_rules().values()]
    waiting = [rule for rule in rules if rule.awaits]
    lines = [
        "# 通知规则",
        "",
        f"由程序生成（`make pages`）。规则 {len(rules)} 条，编号 N1–N33；等事件、只展示的 {len(waiting)} 条。",
        "",
        *INTRODUCTION,
        "",
        "| 编号 | 规则 | 事件 | 告诉谁 | 怎么告诉 | 类别 |",
        "|---|---|---|---|---|---|",
        *(_row(rule) for rule in sorted(rules, key=_order)),
        "",
    ]
    for number, group in groupby(sorted(rules, key=_order), key=lambda rule: rule.number):
        lines += [f"## {number}", ""]
        for rule in group:
            lines += [*_section(rule), ""]
    return "\n".join(lines).rstrip() + "\n"


def _order(rule: Rule) -> tuple[int, str]:
    return int((rule.number or "N0")[1:]), rule.name


def _row(rule: Rule) -> str:
    cells = (rule.number or "", rule.label, _event(rule), _to(rule), _how(rule), rule.category.label)
    return f"| {' | '.join(cells)} |"


def _event(rule: Rule) -> str:
    return f"`{rule.event}`（等{OWNERS.get(rule.awaits, rule.awaits)}）" if rule.awaits else f"`{rule.event}`"


def _to(rule: Rule) -> str:
    boxes = [one.mailbox for one in rule.to if one.mailbox]
    if len(boxes) > 1 and len({box.department for box in boxes}) == 1:
        return f"{_department(boxes[0].department)}（{'、'.join(LEVELS[box.level] for box in boxes)}）"
    if len(boxes) > 1:
        names = "、".join(_department(box.department) for box in boxes)
        return f"{LEVELS[boxes[0].level]}各部门：{names}"
    return "；".join(_addressee(one, rule.category) for one in rule.to)


def _addressee(to: Addressee, category: NotificationCategory) -> str:
    if to.mailbox is not None:
        place = PLACES.get(to.mailbox.field) or LEVELS[to.mailbox.level]
        return f"{_department(to.mailbox.department)}（{place}）"
    if to.operators is not None:
        return f"当地{'、'.join(FILTERS['type'](one) for one in to.operators.types)}的经营者"
    if to.operator_in is not None:
        return OPERATORS_IN.get(to.operator_in, "事件写明的经营者")
    if to.own_objector:
        return "异议人；没有账户的，经营者"
    if to.objector:
        return "异议人；没有账户的，当面送达" if category is NotificationCategory.DUTY else "异议人（有账户的）"
    return "经营者" if to.operator else "事件指定的工作人员"


def _department(name: Department | str) -> str:
    return name.label if isinstance(name, Department) else "事件写明的部门"


def _how(rule: Rule) -> str:
    if rule.digest:
        return f"站内，{DIGESTS[rule.digest]}"
    said = "、".join(["站内", *(CHANNELS[one] for one in rule.channels)])
    said = f"{said}；{LANES[rule.lane]}" if rule.channels else said
    if rule.remind is None:
        return said
    days = "、".join(map(str, rule.remind.days_before))
    return f"到期前 {days} {'个工作日' if rule.remind.working else '日'}提醒：{said}"


def _section(rule: Rule) -> Iterator[str]:
    template = rule.template
    yield f"### {rule.label} `{rule.name}`"
    yield ""
    yield f"- 事件：{_event(rule)}" + (f"，条件：`{rule.when}`" if rule.when else "")
    yield f"- 告诉：{_to(rule)}；{_how(rule)}" + (f"；{rule.quiet} 不发短信" if rule.quiet else "")
    yield f"- 依据：{_basis(rule.basis)}"
    if rule.until:
        yield f"- 到期日：`{rule.due_on}`；办完就不再列为到期：{'、'.join(f'`{one}`' for one in rule.until)}"
    if rule.steps:
        steps = [
            f"{FILTERS['step'](step)} {'、'.join(f'`{one}`' for one in names)}" for step, names in rule.steps.items()
        ]
        yield f"- 其中一步办完，这一步就不再列为到期：{'；'.join(steps)}"
    yield f"- 未核对：{'、'.join(UNVERIFIED[one] for one in rule.unverified)}"
    yield ""
    yield "```text"
    yield template.title
    yield ""
    yield template.body.rstrip()
    if template.sms is not None:
        yield ""
        yield f"短信：{template.sms.text}"
    yield "```"


def _basis(basis: Basis) -> str:
    if basis.text is None:
        return f"办理程序：{basis.procedure}"
    document = load_policy(basis.text).document
    return f"{document.number or document.title} {basis.place}：「{basis.quote}」"


if __name__ == "__main__":
    main()
