"""What the support service keeps of an operator, for `GET /v1/own-data`: of a household only what is of their time."""

from services.support.entitlements.domain import OUTCOME_LABELS
from services.support.monitoring.domain import CHOSEN_LABELS, CHOSEN_STATES
from services.support.problems.domain import KIND_LABELS, SOURCE_LABELS
from services.support.rules.domain import REASON_LABELS
from shared.platform.operator_changes import SINCE_DAY
from shared.platform.own_data import ALWAYS, OwnDataKind, own_data_router
from shared.reference.inspections import RISK_CLASSES, VIOLATION_FIELDS, VIOLATION_OUTCOMES

DUTY = "履行帮扶个体工商户的法定职责（个人信息保护法第十三条第一款第三项）"
SINCE = f"coalesce({{day}} >= {SINCE_DAY}, true)"
"""Not what was written of the household under another operator"""
INSPECTION_DUTY = "履行市场监管的法定职责（个人信息保护法第十三条第一款第三项）"

KINDS = [
    OwnDataKind(
        "诉求问题",
        DUTY,
        ALWAYS,
        """
        SELECT receipt AS "回执号", uscc AS "统一社会信用代码", source AS "来源", kind AS "类别", statement AS "所述",
            raised_on AS "提出日期", respond_by AS "反馈期限", answer AS "答复"
        FROM problem WHERE operator_ref = :operator ORDER BY raised_on, id
        """,
        {"来源": SOURCE_LABELS.__getitem__, "类别": KIND_LABELS.__getitem__},
    ),
    OwnDataKind(
        "享受扶持措施的情况",
        DUTY,
        ALWAYS,
        f"""
        SELECT m.uscc AS "统一社会信用代码", m.measure AS "措施", m.outcome AS "结果", m.happened_on AS "日期",
            m.amount AS "金额（分）", m.reason AS "理由", m.department AS "报告部门"
        FROM measure_report m JOIN household h ON h.uscc = m.uscc
        WHERE h.operator_ref = :operator AND {SINCE.format(day="m.happened_on")} ORDER BY m.happened_on, m.id
        """,
        {"结果": OUTCOME_LABELS.__getitem__},
    ),
    OwnDataKind(
        "可享受的扶持措施的变化",
        DUTY,
        ALWAYS,
        f"""
        SELECT c.uscc AS "统一社会信用代码", c.granted AS "新增的措施", c.ended AS "终止的措施", c.changed_on AS "日期"
        FROM entitlement_change c JOIN household h ON h.uscc = c.uscc
        WHERE h.operator_ref = :operator AND {SINCE.format(day="c.changed_on")} ORDER BY c.id
        """,
    ),
    OwnDataKind(
        "告知承诺",
        DUTY,
        ALWAYS,
        """
        SELECT p.uscc AS "统一社会信用代码", p.measure AS "措施", p.text AS "承诺内容", p.signed_at AS "签署时间",
            p.kept AS "核查时是否属实", p.finding AS "核查情况"
        FROM measure_commitment p JOIN household h ON h.uscc = p.uscc
        WHERE h.operator_ref = :operator AND coalesce(p.signed_at >= h.operator_since, true)
        ORDER BY p.signed_at, p.id
        """,
    ),
    OwnDataKind(
        "走访",
        DUTY,
        ALWAYS,
        f"""
        SELECT c.uscc AS "统一社会信用代码", c.reason AS "为什么走访", c.opened_on AS "提出日期",
            c.visited_on AS "走访日期", c.finding AS "走访情况", c.waived_because AS "没有走访的理由"
        FROM call c JOIN household h ON h.uscc = c.uscc
        WHERE h.operator_ref = :operator AND {SINCE.format(day="c.opened_on")} ORDER BY c.opened_on, c.id
        """,
        {"为什么走访": REASON_LABELS.__getitem__},
    ),
    OwnDataKind(
        "联系点和白名单",
        DUTY,
        ALWAYS,
        f"""
        SELECT c.uscc AS "统一社会信用代码", c.chosen_as AS "名单", c.state AS "状态", c.reason AS "理由",
            c.listed_on AS "列入日期", c.until AS "有效期至", c.ended_on AS "退出日期", c.ended_because AS "退出的理由"
        FROM chosen_household c JOIN household h ON h.uscc = c.uscc
        WHERE h.operator_ref = :operator AND c.listed_on IS NOT NULL AND {SINCE.format(day="c.listed_on")}
        ORDER BY c.listed_on, c.id
        """,
        {"名单": CHOSEN_LABELS.__getitem__, "状态": CHOSEN_STATES.label},
    ),
    OwnDataKind(
        "信用风险分类",
        INSPECTION_DUTY,
        ALWAYS,
        """
        SELECT c.uscc AS "统一社会信用代码", c.risk_class AS "信用风险类别", c.graded_on AS "分类日期"
        FROM credit_risk c JOIN household h ON h.uscc = c.uscc
        WHERE h.operator_ref = :operator ORDER BY c.uscc
        """,
        {"信用风险类别": RISK_CLASSES.__getitem__},
    ),
    OwnDataKind(
        "违法行为查处",
        INSPECTION_DUTY,
        ALWAYS,
        f"""
        SELECT v.uscc AS "统一社会信用代码", v.found_on AS "查处日期", v.field AS "领域", v.outcome AS "处理结果",
            v.corrected_on AS "改正日期"
        FROM violation v JOIN household h ON h.uscc = v.uscc
        WHERE h.operator_ref = :operator AND {SINCE.format(day="v.found_on")} ORDER BY v.found_on, v.field
        """,
        {"领域": VIOLATION_FIELDS.__getitem__, "处理结果": VIOLATION_OUTCOMES.__getitem__},
    ),
]

router = own_data_router("support", KINDS)
