"""Refused deliveries as named errors: each reason of `shared.feeds.intake.refusals` with the kind that says how HTTP
answers it.
"""

from collections.abc import Mapping

from shared.feeds.intake import refusals
from shared.feeds.intake.refusals import DeliveryRefused
from shared.platform.errors import Invalid, NoRoom, NotFound, ServiceError, TooLarge, UnsupportedType

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
