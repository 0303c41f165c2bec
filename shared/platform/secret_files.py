"""Secrets as files: what a variable would say may lie in the file that the variable with ``_FILE`` behind it names, as
Docker and Kubernetes hand secrets to containers. Whoever may look at a container's environment does not see them then.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsError

ENDING = "_FILE"


class SecretFiles(EnvSettingsSource):
    """The settings whose variables have ``_FILE`` behind them; each is read as the variable itself would be."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        super().__init__(settings)
        prefix = settings.model_config.get("env_prefix", "")
        names = [f"{prefix}{field}".upper() for field in settings.model_fields]
        given = {name: given_secret(os.environ, name) for name in names if os.environ.get(name + ENDING)}
        self.env_vars = {name.lower(): value for name, value in given.items()}


def given_secret(environment: Mapping[str, str], variable: str) -> str | None:
    """What a variable says, or the file that it names with ``_FILE``; None where neither is given.

    SettingsError where both are, or for a file that cannot be read; it tells the variable, never the content.
    """
    value, path = environment.get(variable), environment.get(variable + ENDING)
    if not path:
        return value
    if value:
        raise SettingsError(f"{variable} and {variable}{ENDING} are both given; give one of them")
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{variable}{ENDING}: {type(error).__name__}") from None
