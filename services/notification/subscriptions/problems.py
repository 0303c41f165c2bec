"""What can be refused about subscriptions."""

from shared.platform.errors import Conflict, Invalid, NotFound


class SubscriptionNotFound(NotFound):
    """No such subscription, or it is another department's."""

    slug, what = "subscription-not-found", "这项推送订阅"


class TargetRefused(Invalid):
    """The address may not be called; the sentence says why."""

    slug, title = "webhook-target", "不能向这个网址推送"


class EventNotOffered(Invalid):
    """No such event in the catalogue, or none that this receiver may have."""

    slug, title = "event-not-offered", "没有这种可以订阅的事件"


class SubscriptionExists(Conflict):
    """The department has a subscription with this address already."""

    slug, title = "subscription-exists", "已有这个网址的订阅"
    detail = "本部门在本地区已有推送到这个网址的订阅，请修改原有订阅。"


class NotYetVerified(Conflict):
    """Nothing is sent before the receiver has shown that the address is its own."""

    slug, title = "not-verified", "尚未验证"
    detail = "接收方还没有通过验证，请先发起验证。"


class ReplayTooOld(Invalid):
    """Deliveries are not kept that long."""

    slug, title = "replay-too-old", "超出可以重推的时间"
