"""The copy of households."""

from services.notification.base import Base
from shared.platform.household_copy import HouseholdTable


class Household(HouseholdTable, Base):
    """One household as typing last told of it."""
