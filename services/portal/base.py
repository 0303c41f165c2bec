"""The declarative base of the portal's database."""

from sqlalchemy.orm import DeclarativeBase

from shared.database.connections import new_metadata


class Base(DeclarativeBase):
    """Declarative base of all tables of the portal."""

    metadata = new_metadata()
