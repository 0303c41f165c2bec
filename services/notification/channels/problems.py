"""What is refused of call-backs with receipts. Nothing of them is quoted."""

from shared.platform.errors import Forbidden, Invalid


class WrongReceiptSecret(Forbidden):
    """The call-back does not hold the provider's secret, or none is set."""

    slug, title = "wrong-receipt-secret", "回执口令不对"
    detail = "回执地址中的口令与本系统的设置不符，或本系统未设置口令"


class UnreadableReceipts(Invalid):
    """The call-back's body is not what this provider sends."""

    slug, title = "unreadable-receipts", "回执无法读取"
    detail = "内容不是该服务商约定的回执格式"
