"""What is refused about messages on their way, and about call-backs of providers."""

from shared.platform.errors import Conflict, NotFound, TooLarge


class MessageNotFound(NotFound):
    """No such message in the caller's region."""

    slug, what = "message-not-found", "这条消息"


class ProviderNotFound(NotFound):
    """No provider of that name is set."""

    slug, what = "provider-not-found", "这个发送服务商"


class ReplayRefused(Conflict):
    """It has not failed: it is on its way, has arrived, or is meant for the inbox alone."""

    slug, title = "replay-refused", "不能重新发送"
    detail = "只有发送失败、已过期或结果不明的消息可以重新发送。"


class ReplayUnconfirmed(Conflict):
    """Nobody knows whether it has arrived, so sending it again may reach the recipient twice."""

    slug, title = "replay-unconfirmed", "请确认可能重复"
    detail = "这条消息可能已经送达，重新发送时收件人可能收到两次；确认后请注明“可能重复”再办理。"


class ReceiptsTooLarge(TooLarge):
    """More than a provider sends in one call-back."""

    slug, title = "receipts-too-large", "回执过长"
    detail = "一次回执的内容过长。"
