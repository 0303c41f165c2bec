"""What the typing service keeps of an operator, for `GET /v1/own-data`: of the households that the call names, those
that the results say are the caller's. Figures are shown by `/v1/households/{uscc}/explanation`.
"""

from shared.law.model.outcome import HouseholdType
from shared.platform.own_data import ALWAYS, OwnDataKind, own_data_router

DUTY = "履行个体工商户分型的法定职责（个人信息保护法第十三条第一款第三项）"

KINDS = [
    OwnDataKind(
        "分型结果",
        f"{DUTY}；所依据的数据逐项见分型说明",
        ALWAYS,
        """
        SELECT r.uscc AS "统一社会信用代码", r.region AS "地区", r.type AS "分型", u.policy AS "所依据的文件",
            u.as_of AS "计算日期",
            '/v1/households/' || r.uscc || '/explanation' AS "分型说明"
        FROM result r JOIN run u ON u.number = r.run_number
        WHERE r.uscc = ANY(:codes) AND r.operator_ref = :operator AND u.state = 'published'
        ORDER BY u.as_of, r.uscc
        """,
        {"分型": lambda code: HouseholdType(code).label},
    ),
    OwnDataKind(
        "等待确认的迁移",
        f"{DUTY}：另一地区报送了本户",
        ALWAYS,
        """
        SELECT uscc AS "统一社会信用代码", name AS "名称", from_region AS "原登记地", to_region AS "报送地区",
            asked_at AS "报送时间", decided_at AS "确认时间"
        FROM pending_move WHERE uscc = ANY(:codes) AND operator_ref = :operator ORDER BY asked_at, id
        """,
    ),
]

router = own_data_router("typing", KINDS)
