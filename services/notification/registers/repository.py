"""Reads of the copy of households."""

from services.notification.registers.models import Household
from shared.platform.household_copy import HouseholdCopy

HOUSEHOLDS = HouseholdCopy(Household)
