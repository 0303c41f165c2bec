"""The declarative base of the typing database: one metadata, named constraints."""

from sqlalchemy.orm import DeclarativeBase

from shared.service.database import new_metadata


class Base(DeclarativeBase):
    """Every table of the typing service hangs on this metadata; migrations are generated from it."""

    metadata = new_metadata()
