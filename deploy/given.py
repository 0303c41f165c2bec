"""What commands are told through their environment: a variable, or the file that it names with ``_FILE``."""

import os
from collections.abc import Mapping

from pydantic_settings import SettingsError

from deploy.local.errors import WrongUsageError
from shared.platform.secret_files import given_secret


def given(variable: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The variable's value, None where it is not given; WrongUsageError for a file that cannot be read."""
    try:
        return given_secret(environment, variable)
    except SettingsError as error:
        raise WrongUsageError(f"环境变量 {error}") from None
