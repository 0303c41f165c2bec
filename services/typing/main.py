"""``uvicorn services.typing.main:app``: the typing service over HTTP."""

from services.typing.app import typing_app
from services.typing.settings import TypingSettings
from shared.service.telemetry import start_telemetry

settings = TypingSettings()
start_telemetry(settings)
app = typing_app(settings)
