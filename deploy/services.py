"""The platform's services, one line each: the class of its settings says its name, port, variables and package.

`minglu up`, the migrations, docker-compose.yml, the database roles and the example of secrets follow from this list
(`python -m deploy.generate`). Importing it imports no service.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from deploy.local.errors import CommandError
from services.notification.settings import NotificationSettings
from services.objection.settings import ObjectionSettings
from services.portal.settings import PortalSettings
from services.recognition.settings import RecognitionSettings
from services.support.settings import SupportSettings
from services.typing.settings import TypingSettings
from shared.platform.settings import ServiceSettings

Services = Sequence[type[ServiceSettings]]

SERVICES: Services = (
    TypingSettings,
    RecognitionSettings,
    ObjectionSettings,
    NotificationSettings,
    SupportSettings,
    PortalSettings,
)
"""In the order of their start."""

MIGRATION_URL = "migration_database_url"
"""End of the variable with a service's database as the role of its migrations has it."""


def role_of(service: str) -> str:
    """The role that a service connects with, and the name of its database."""
    return f"minglu_{service}"


def owner_of(role: str) -> str:
    """The role that everything in a service's database belongs to; only migrations use it."""
    return f"{role}_owner"


def check_services(services: Services) -> None:
    """CommandError if two services have one name, one port or one prefix of their variables."""
    unique: dict[str, Callable[[type[ServiceSettings]], object]] = {
        "名称": lambda settings: settings.service_name(),
        "端口": lambda settings: settings.default_port(),
        "环境变量前缀": lambda settings: settings.variable(""),
    }
    for what, value_of in unique.items():
        for value, times in Counter(map(value_of, services)).items():
            if times > 1:
                sharing = "、".join(one.__name__ for one in services if value_of(one) == value)
                raise CommandError(f"服务清单 deploy/services.py 有误：{sharing} 的{what}都是 {value}")
