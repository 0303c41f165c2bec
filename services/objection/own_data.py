"""What the objection service keeps of an operator, for `GET /v1/own-data`. Names and contacts are sealed: whoever
objected by name reads them at the objection.
"""

from services.objection.objections.domain import OBJECTION_STATES
from services.objection.registers.domain import AGAINST_LABELS
from shared.platform.own_data import ALWAYS, OwnDataKind, own_data_router

DUTY = "履行处理异议和举报的法定职责（个人信息保护法第十三条第一款第三项）"

KINDS = [
    OwnDataKind(
        "异议",
        DUTY,
        ALWAYS,
        """
        SELECT receipt AS "回执号", uscc AS "统一社会信用代码", against AS "对什么提出", year AS "年度",
            filed_at AS "提出时间", statement AS "所述", state AS "状态", completion AS "补正",
            reason AS "理由", answer AS "答复", closed_at AS "办结时间"
        FROM objection WHERE operator_ref = :operator ORDER BY filed_at, id
        """,
        {"状态": OBJECTION_STATES.label, "对什么提出": AGAINST_LABELS.__getitem__},
    ),
    OwnDataKind(
        "异议材料的目录",
        f"{DUTY}：证明所述；文件本身在异议中下载",
        "办结后 term:ended-document",
        """
        SELECT o.receipt AS "回执号", d.name AS "文件名", d.media_type AS "格式", d.bytes AS "字节",
            d.added_at AS "提交时间"
        FROM objection_document d JOIN objection o ON o.id = d.objection_id
        WHERE o.operator_ref = :operator ORDER BY d.added_at, d.id
        """,
    ),
    OwnDataKind(
        "举报",
        DUTY,
        ALWAYS,
        """
        SELECT receipt AS "回执号", statement AS "所述", filed_at AS "提出时间", due_on AS "最后一天",
            reason AS "告知的理由", closed_at AS "办结时间"
        FROM report WHERE reporter_ref = :operator ORDER BY filed_at, id
        """,
    ),
]

router = own_data_router("objection", KINDS)
