"""What can be refused about badges, certificates and credit."""

from shared.platform.errors import Forbidden, Gone, Invalid, NotFound, Unavailable


class NotRecognised(NotFound):
    """The household was never recognised."""

    slug, title = "not-recognised", "没有标识"
    detail = "这一户目前不是“名特优新”个体工商户"


class BadgeWithdrawn(Gone):
    """The household had a badge; the detail says why and since when it may not be shown any more."""

    slug, title = "badge-withdrawn", "标识已失效"


class BadgeAddressUnset(Unavailable):
    """Nobody has said where the portal is, so that a QR code would lead nowhere."""

    slug, title = "badge-address-unset", "标识图样还不能生成"
    detail = "平台没有设置门户的地址，标识上的二维码没有去处，请联系运维人员。"


class CertificateUnknown(NotFound):
    """No certificate has this code."""

    slug, title = "certificate-unknown", "没有这个证书"
    detail = "没有这个核验码，请核对后再查询"


class ConsentEndsInPast(Invalid):
    """A consent that would have ended already."""

    slug, title = "date-past", "日期不对"
    detail = "同意的截止日期不能早于今天"


class NotConsented(Forbidden):
    """The operator has not consented to be read about."""

    slug, title = "no-consent", "没有同意"
    detail = "没有经营者对贵机构的有效同意，不能查询这一户"


class ConsentNotFound(NotFound):
    """No such consent of the caller's."""

    slug, title = "consent-not-found", "没有这项同意"
    detail = "没有您给出的这项同意"
