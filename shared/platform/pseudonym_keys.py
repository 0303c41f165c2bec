"""The keys of operators' pseudonyms, as a setting: checked before anything is read with them."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from shared.reference.personal_data import OperatorPseudonym, read_pseudonym_keys


def _checked(setting: SecretStr) -> SecretStr:
    read_pseudonym_keys(setting.get_secret_value())
    return setting


PseudonymKeys = Annotated[SecretStr, AfterValidator(_checked)]
"""The type of a service's setting `pseudonym_key`: one key in hexadecimal (version 1), or several as `v2:hex,v1:hex`,
the one in force first"""


def pseudonym_in_force(setting: SecretStr) -> OperatorPseudonym:
    """What stands in place of id numbers that are delivered now."""
    return read_pseudonym_keys(setting.get_secret_value())[0]
