"""What can be refused about an application that was handed in elsewhere, beside all that applying refuses."""

from shared.platform.errors import Invalid, NotFound


class HandInUnreadable(Invalid):
    """What was handed in cannot be opened or used."""

    slug, title = "hand-in-unreadable", "内容不能采用"
    detail = "内容无法解密：不是为认定服务加密的，或在途中被改动"


class HouseholdUnknown(NotFound):
    """No register entry of the household has come."""

    slug, title = "household-not-found", "没有这一户"
    detail = "平台还没有这一户的登记信息，请稍后另行提交"
