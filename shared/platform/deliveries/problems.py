"""Refused deliveries as named errors: each reason of `shared.feeds.intake.refusals` with the kind that says how HTTP
answers it; and the errors of an officer's word on a delivery.
"""

from collections.abc import Mapping

from shared.feeds.intake import refusals
from shared.feeds.intake.refusals import DeliveryRefused
from shared.platform.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NoRoom,
    NotFound,
    ServiceError,
    TooLarge,
    UnsupportedType,
)

KINDS: Mapping[type[DeliveryRefused], type[ServiceError]] = {
    refusals.FeedUnknown: NotFound,
    refusals.DeliveryTooLarge: TooLarge,
    refusals.FormatUnsupported: UnsupportedType,
    refusals.EncodingUnsupported: UnsupportedType,
    refusals.DeclarationInvalid: Invalid,
    refusals.DigestDiffers: Invalid,
    refusals.RowsDiffer: Invalid,
    refusals.DeliveryUnreadable: Invalid,
    refusals.OutsideCoverage: Invalid,
    refusals.StorageFull: NoRoom,
}
NAMED: Mapping[type[DeliveryRefused], type[ServiceError]] = {
    reason: type(reason.__name__, (kind,), {"slug": reason.slug, "title": reason.title, "__doc__": reason.__doc__})
    for reason, kind in KINDS.items()
}


def named_refusal(refusal: DeliveryRefused) -> ServiceError:
    """The refusal as the error that a caller is told."""
    return NAMED[type(refusal)](refusal.detail)


class DeliveryNotFound(NotFound):
    """No such delivery that the caller may see."""

    slug, what = "delivery-not-found", "这批数据"


class FeedNotFound(NotFound):
    """The service takes no such feed."""

    slug, title = "feed-not-found", "没有这类数据"
    detail = "本服务不接收这类数据；接收哪些，见 /v1/feeds。"


class DelivererDecides(Forbidden):
    """Who delivered it may not say that what it does not list is gone."""

    slug, title = "deliverer-decides", "不能由报送人确认"
    detail = "这批数据是您报送的，没有列出的是否移除，请由另一名经办人员确认。"


class DeliverySuperseded(Conflict):
    """Another delivery of the feed and region has come since."""

    slug, title = "delivery-superseded", "已有后来的一批"
    detail = "同一区划后来又收到了一批数据，请以后来的一批为准；需要移除记录的，请部门重新报送全量数据。"
