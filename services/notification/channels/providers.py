"""The providers of an installation, from its settings."""

from collections.abc import Mapping, Sequence

from services.notification.channels.aliyun import AliyunGateway
from services.notification.channels.gateway import Provider
from services.notification.channels.mail import MailServer
from services.notification.channels.sandbox import SandboxGateway
from services.notification.channels.tencent import TencentGateway
from services.notification.messages.domain import Channel
from services.notification.provider_urls import ProviderUrl, parse_provider
from services.notification.settings import NotificationSettings


def providers_of(settings: NotificationSettings) -> Mapping[Channel, Sequence[Provider]]:
    """Per channel the first provider and its fallback, or none.

    Call it once per process, inside its event loop; whoever called it closes them.
    """
    urls = {
        Channel.SMS: (settings.sms_first, settings.sms_fallback),
        Channel.EMAIL: (settings.email_first, settings.email_fallback),
    }
    return {
        channel: [open_provider(parse_provider(one)) for one in set_ if one is not None]
        for channel, set_ in urls.items()
    }


def open_provider(url: ProviderUrl) -> Provider:
    """The provider that an address names."""
    match url.kind:
        case "aliyun":
            return AliyunGateway(url)
        case "tencent":
            return TencentGateway(url)
        case "sandbox":
            return SandboxGateway(url)
        case _:
            return MailServer(url)
