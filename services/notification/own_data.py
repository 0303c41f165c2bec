"""What the notification service keeps of an operator, for `GET /v1/own-data`. Phones and addresses are sealed:
`/v1/contact` shows them masked and changes them.
"""

from services.notification.messages.domain import CATEGORY_LABELS, NotificationCategory
from shared.platform.own_data import OwnDataKind, own_data_router

DUTY = "履行告知和送达的法定职责（个人信息保护法第十三条第一款第三项）"

KINDS = [
    OwnDataKind(
        "收到的通知",
        DUTY,
        "各类通知按各自的期限保存，之后清除文字和收件人，只留送达的证明",
        """
        SELECT title AS "标题", body AS "内容", category AS "类别", uscc AS "统一社会信用代码", told_at AS "通知时间",
            read_at AS "阅读时间"
        FROM notification WHERE recipient = 'operator:' || :operator ORDER BY told_at, number
        """,
        {"类别": lambda named: CATEGORY_LABELS[NotificationCategory(named)] if named else ""},
    ),
    OwnDataKind(
        "由登记机关报送的联系方式",
        f"{DUTY}；号码和邮箱加密保存，不在文件中列出",
        "随报送更新，撤回同意后只留撤回的时间",
        """
        SELECT uscc AS "统一社会信用代码", phone IS NOT NULL AS "有电话", email IS NOT NULL AS "有邮箱",
            consented_on AS "同意日期", withdrawn_at AS "撤回时间"
        FROM contact WHERE operator_ref = :operator ORDER BY uscc
        """,
    ),
    OwnDataKind(
        "本人设置的联系方式",
        "个人同意（个人信息保护法第十三条第一款第一项），可以随时撤回；号码和邮箱加密保存，不在文件中列出",
        "撤回同意后只留撤回的时间",
        """
        SELECT phone IS NOT NULL AS "有电话", email IS NOT NULL AS "有邮箱", channels AS "接收方式",
            opted_out AS "不接收的类别", consented_at AS "同意时间", withdrawn_at AS "撤回时间"
        FROM own_contact WHERE recipient = 'operator:' || :operator
        """,
    ),
]

router = own_data_router("notification", KINDS)
