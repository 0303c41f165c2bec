"""What can be refused when a rule is tried."""

from shared.platform.errors import Conflict, Invalid, NotFound


class RecentEventNotFound(NotFound):
    """No such sample in the caller's region."""

    slug, what = "recent-event-not-found", "这个最近收到的事件"


class TrialEventUnusable(Invalid):
    """The event that a rule is tried with cannot be read, or the rule is not about it."""

    slug, title = "trial-event-unusable", "事件不能使用"


class RuleNotTellable(Conflict):
    """The rule waits for an event that does not exist yet, or this release cannot read it any more."""

    slug, title = "rule-not-tellable", "规则还不能使用"
    detail = "这条规则等待的事件还没有上线，或规则在当前版本中不能使用。"


class NothingToTell(Conflict):
    """The rule's condition is not met by the event, or nobody is told."""

    slug, title = "nothing-to-tell", "没有可发送的内容"
    detail = "这个事件不符合规则的条件，没有可发送的内容。"


class NoOwnContact(Conflict):
    """The caller has given no contact of their own, to which alone a test is sent."""

    slug, title = "no-own-contact", "没有您本人的联系方式"
    detail = "测试只发到您本人的联系方式。请先登记您的手机或电子邮箱，并同意接收。"
