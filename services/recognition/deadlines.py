"""What happens when a day is over: deadline kind → use case, for the worker."""

from services.recognition.resources import Resources
from shared.messaging.deadlines import Handler


def deadline_handlers(_resources: Resources) -> dict[str, Handler]:
    """Every kind of deadline that the service sets, with what it brings about."""
    return {}
