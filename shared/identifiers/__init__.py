"""Who is meant: unified social credit codes, operators' pseudonyms and masked names."""

from shared.identifiers.masking import mask_name
from shared.identifiers.pseudonym import OperatorPseudonym
from shared.identifiers.uscc import organisation_check_digit, uscc_check_character, uscc_problem
from shared.identifiers.uscc_bulk import checksum_ok, make_usccs

__all__ = [
    "OperatorPseudonym",
    "checksum_ok",
    "make_usccs",
    "mask_name",
    "organisation_check_digit",
    "uscc_check_character",
    "uscc_problem",
]
