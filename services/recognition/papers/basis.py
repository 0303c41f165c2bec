"""What papers name: the document that they rest on, and days in China."""

import datetime as dt

from shared import clock
from shared.law.model.clauses import Document


def document_words(document: Document) -> str:
    """《title》（number）; a draft without a number has its title alone."""
    title = f"《{document.title}》"
    return title if document.number == title else f"{title}（{document.number}）"


def day_of(at: dt.datetime | None) -> dt.date | None:
    """The day in China of an instant."""
    return at.astimezone(clock.CHINA).date() if at is not None else None
