"""What happens on a day: reminders before a date."""

from services.notification.digests.reminders import REMINDER, on_reminders_due
from shared.worker.deadlines import Handlers, Together

DEADLINES: Handlers = {REMINDER: Together(on_reminders_due)}
