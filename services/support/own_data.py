"""What the support service keeps of an operator, for `GET /v1/own-data`."""

from services.support.entitlements.domain import OUTCOME_LABELS
from services.support.problems.domain import KIND_LABELS, SOURCE_LABELS
from shared.platform.own_data import ALWAYS, OwnDataKind, own_data_router

DUTY = "履行帮扶个体工商户的法定职责（个人信息保护法第十三条第一款第三项）"

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
        """
        SELECT m.uscc AS "统一社会信用代码", m.measure AS "措施", m.outcome AS "结果", m.happened_on AS "日期",
            m.amount AS "金额（分）", m.reason AS "理由", m.department AS "报告部门"
        FROM measure_report m JOIN household h ON h.uscc = m.uscc
        WHERE h.operator_ref = :operator ORDER BY m.happened_on, m.id
        """,
        {"结果": OUTCOME_LABELS.__getitem__},
    ),
]

router = own_data_router("support", KINDS)
