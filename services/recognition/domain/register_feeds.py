"""The registers that other bureaus deliver to this service: penalties of households, dishonest debtors."""

from enum import StrEnum


class RegisterFeed(StrEnum):
    """The service's own feeds, by the names of their contracts."""

    PENALTY = "penalty"
    DEBTOR = "dishonest_debtor"
