"""What papers name: the document that they rest on, the last day that was granted, and days in China."""

import datetime as dt
from collections.abc import Collection

from services.recognition.recognitions.models import Recognition
from shared import clock
from shared.law.model.clauses import Document


def document_words(document: Document) -> str:
    """《title》（number）; a draft without a number has its title alone."""
    title = f"《{document.title}》"
    return title if document.number == title else f"{title}（{document.number}）"


def granted_until(recognition: Recognition, evaluated: Collection[dt.date]) -> dt.date:
    """The last day that a recognition was granted to. `evaluated`: the last days that were evaluated; an extension
    overwrites the recognition's, and the first of them is the one that was decided at first.
    """
    return min(evaluated, default=recognition.valid_until)


def day_of(at: dt.datetime | None) -> dt.date | None:
    """The day in China of an instant."""
    return at.astimezone(clock.CHINA).date() if at is not None else None
