"""What the recognition service keeps of an operator, for `GET /v1/own-data`."""

from services.recognition.adoptions.domain import ADOPTION_STATES
from services.recognition.applications.domain import APPLICATION_STATES
from services.recognition.recognitions.domain import RECOGNITION_STATES, REPORT_LABELS
from shared.law.model.outcome import HouseholdType
from shared.platform.operator_changes import SINCE_DAY
from shared.platform.own_data import ALWAYS, OwnDataKind, own_data_router
from shared.reference.departments import Department

DUTY = "履行认定“名特优新”个体工商户的法定职责（个人信息保护法第十三条第一款第三项）"
OF_RECOGNITION = """
    JOIN recognition r ON r.id = {key} JOIN household h ON h.uscc = r.uscc WHERE r.operator_ref = :operator
"""

KINDS = [
    OwnDataKind(
        "登记事项和分型",
        f"{DUTY}：谁可以申报",
        ALWAYS,
        """
        SELECT uscc AS "统一社会信用代码", name AS "名称", region AS "地区", type AS "分型", typed_year AS "分型年度"
        FROM household WHERE operator_ref = :operator ORDER BY uscc
        """,
        {"分型": lambda slug: HouseholdType.from_slug(slug).label},
    ),
    OwnDataKind(
        "申报和推荐",
        DUTY,
        ALWAYS,
        """
        SELECT id AS "编号", uscc AS "统一社会信用代码", name AS "名称", county AS "地区", state AS "状态",
            category_reason AS "类别理由", claims AS "所述条件", score AS "得分", rank AS "排序",
            reason AS "退回或不予认定的理由", created_at AS "创建时间", submitted_at AS "提交时间"
        FROM application WHERE operator_ref = :operator ORDER BY created_at, id
        """,
        {"状态": APPLICATION_STATES.label},
    ),
    OwnDataKind(
        "申报材料的目录",
        f"{DUTY}：证明所述条件；文件本身在申报中下载",
        "认定的随认定保存；撤回或不予认定的，term:refused-document",
        """
        SELECT d.application_id AS "申报编号", d.name AS "文件名", d.media_type AS "格式", d.bytes AS "字节",
            d.evidence AS "用于证明", d.added_at AS "提交时间"
        FROM document d JOIN application a ON a.id = d.application_id
        WHERE a.operator_ref = :operator ORDER BY d.added_at, d.id
        """,
    ),
    OwnDataKind(
        "实地核查",
        DUTY,
        ALWAYS,
        """
        SELECT t.application_id AS "申报编号", a.uscc AS "统一社会信用代码", t.record->>'visited_on' AS "核查日期",
            t.record->>'finding' AS "核查情况", t.outcome AS "结果"
        FROM task t JOIN application a ON a.id = t.application_id
        WHERE a.operator_ref = :operator AND t.step = 'site-visit' AND t.outcome IS NOT NULL
        ORDER BY a.created_at, t.id
        """,
        {"结果": {"passed": "通过", "failed": "未通过"}.__getitem__},
    ),
    OwnDataKind(
        "评分表",
        f"{DUTY}：择优；评审会议决定之后列出，逐项说明见申报的评分表",
        ALWAYS,
        """
        SELECT s.application_id AS "申报编号", s.as_of AS "计算日期", s.total AS "总分",
            s.excluded AS "不参加评分的理由", s.parts AS "各项得分", s.facts AS "所依据的数据",
            '/v1/applications/' || s.application_id || '/score' AS "逐项说明"
        FROM application_score s JOIN scoring_round r ON r.id = s.round_id JOIN application a ON a.id = s.application_id
        WHERE a.operator_ref = :operator AND r.decided_by IS NOT NULL ORDER BY s.as_of, s.application_id
        """,
    ),
    OwnDataKind(
        "认定",
        DUTY,
        ALWAYS,
        """
        SELECT uscc AS "统一社会信用代码", name AS "名称", county AS "地区", category AS "类别", state AS "状态",
            granted_on AS "认定日期", valid_until AS "有效期至", certificate AS "证书核验码"
        FROM recognition WHERE operator_ref = :operator ORDER BY granted_on, id
        """,
        {"状态": RECOGNITION_STATES.label},
    ),
    OwnDataKind(
        "外地认定的登记",
        f"{DUTY}：迁入以后认可外地的认定",
        ALWAYS,
        """
        SELECT a.uscc AS "统一社会信用代码", a.origin AS "认定地", a.issued_by AS "认定部门",
            a.certificate_no AS "证书编号", a.granted_on AS "认定日期", a.valid_until AS "有效期至", a.state AS "状态",
            a.reason AS "不予认可的理由"
        FROM adoption a JOIN household h ON h.uscc = a.uscc
        WHERE h.operator_ref = :operator AND coalesce(a.entered_at >= h.operator_since, true)
        ORDER BY a.entered_at, a.id
        """,
        {"状态": ADOPTION_STATES.label},
    ),
    OwnDataKind(
        "信息报告",
        f"{DUTY}：认定后的年度报告",
        ALWAYS,
        """
        SELECT r.uscc AS "统一社会信用代码", i.year AS "年度", i.state AS "状态", i.filed_at AS "报告时间",
            i.content AS "内容"
        FROM information_report i JOIN recognition r ON r.id = i.recognition_id JOIN household h ON h.uscc = r.uscc
        WHERE r.operator_ref = :operator AND coalesce(i.filed_at >= h.operator_since, true) ORDER BY i.year, r.uscc
        """,
        {"状态": REPORT_LABELS.__getitem__},
    ),
    OwnDataKind(
        "年度确认",
        f"{DUTY}：是否仍然符合标准",
        ALWAYS,
        f"""
        SELECT r.uscc AS "统一社会信用代码", c.year AS "年度", c.confirmed AS "是否仍然符合",
            c.failing AS "不符合的条件", c.confirmed_at AS "确认时间"
        FROM confirmation c {OF_RECOGNITION.format(key="c.recognition_id")}
            AND coalesce(c.confirmed_at >= h.operator_since, true) ORDER BY c.year, r.uscc
        """,
    ),
    OwnDataKind(
        "期满评估",
        f"{DUTY}：是否延长有效期；作出决定之后列出",
        ALWAYS,
        f"""
        SELECT r.uscc AS "统一社会信用代码", e.valid_until AS "评估的有效期", e.judged AS "各项条件",
            e.evidence AS "所依据的数据", e.extends AS "是否延长", e.reason AS "理由", e.decided_at AS "决定时间"
        FROM evaluation e {OF_RECOGNITION.format(key="e.recognition_id")}
            AND e.decided_at IS NOT NULL AND coalesce(e.evaluated_at >= h.operator_since, true)
        ORDER BY e.evaluated_at, e.id
        """,
    ),
    OwnDataKind(
        "不得申报的期限",
        f"{DUTY}：认定撤销后一定期限内不得申报",
        ALWAYS,
        f"""
        SELECT b.uscc AS "统一社会信用代码", b.revoked_on AS "撤销日期", b.until AS "截止日期", b.reason AS "理由",
            b.lifted_on AS "解除日期"
        FROM ban b {OF_RECOGNITION.format(key="b.recognition_id")} ORDER BY b.revoked_on, b.uscc
        """,
    ),
    OwnDataKind(
        "行政处罚",
        f"{DUTY}：有处罚的不能申报",
        "随有关部门的报送更新",
        f"""
        SELECT p.uscc AS "统一社会信用代码", p.decided_on AS "处罚日期", p.published_until AS "公示至",
            p.repaired_on AS "信用修复日期"
        FROM penalty p JOIN household h ON h.uscc = p.uscc
        WHERE h.operator_ref = :operator
            AND coalesce(p.decided_on >= {SINCE_DAY}, true)
        ORDER BY p.decided_on, p.uscc
        """,
    ),
    OwnDataKind(
        "失信被执行人名单",
        f"{DUTY}：列入名单的不能申报",
        "随有关部门的报送更新",
        """
        SELECT listed_on AS "列入日期", removed_on AS "移出日期", region AS "报送地区"
        FROM dishonest_debtor WHERE operator_ref = :operator ORDER BY listed_on, region
        """,
    ),
    OwnDataKind(
        "经营者身份",
        f"{DUTY}：可以放宽分类来源，不必另交证明",
        "随有关部门的报送更新",
        """
        SELECT k.uscc AS "统一社会信用代码", k.kind AS "身份", k.since AS "取得日期", k.until AS "有效期至",
            k.department AS "报送部门"
        FROM operator_kind k JOIN household h ON h.uscc = k.uscc
        WHERE h.operator_ref = :operator AND coalesce(k.stated_at >= h.operator_since, true)
        ORDER BY k.uscc, k.kind, k.department
        """,
        {"报送部门": lambda name: Department(name).label},
    ),
    OwnDataKind(
        "向金融机构提供认定情况的同意",
        "个人同意（个人信息保护法第十三条第一款第一项），可以随时撤回",
        ALWAYS,
        """
        SELECT uscc AS "统一社会信用代码", institution AS "金融机构", until AS "有效期至", given_at AS "同意时间",
            withdrawn_at AS "撤回时间"
        FROM credit_consent WHERE operator_ref = :operator ORDER BY given_at, id
        """,
    ),
]

router = own_data_router("recognition", KINDS)
