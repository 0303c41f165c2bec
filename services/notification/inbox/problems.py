"""What can be refused about inboxes and about sending something again."""

from shared.platform.errors import Conflict, NotFound


class NotificationNotFound(NotFound):
    """No such notification in the caller's inbox, or among what a household of the caller's region was told."""

    slug, what = "notification-not-found", "这条通知"


class NothingToSendAgain(Conflict):
    """It has no message on any channel: it is in the inbox alone."""

    slug, title = "nothing-to-send-again", "没有可以重发的消息"
    detail = "这条通知只在站内，没有用短信或邮件发过，不能重新发送。"


class StillUnderWay(Conflict):
    """A message of the same notification has not ended."""

    slug, title = "still-under-way", "消息还在发送中"
    detail = "这条通知的消息还没有结果，有了结果才能重新发送。"


class SentAgainTooOften(Conflict):
    """It was sent again as often as may be."""

    slug, title = "sent-again-too-often", "重发次数已满"


class NobodyReached(Conflict):
    """None of its channels reaches the recipient now."""

    slug, title = "nobody-reached", "联系不上收件人"
    detail = "收件人没有可用的联系方式，或不同意接收短信和邮件，重新发送也收不到；请按送达名单当面送达。"
