"""Personal data sealed field by field: a real name, a phone, an address that a service must keep to reach somebody.

    class Objector(Base):
        contact: Mapped[SealedText | None] = mapped_column(SealedColumn)     # `bytea` in the migration

    row = Objector(id=uuid.uuid4())                                          # the id first: the seal rests on it
    row.contact = vault.seal(place_of(row, Objector.contact), body.contact)  # `contact: PersonalText` in the body
    vault.masked(place_of(row, Objector.contact), row.contact, mask_contact) # what lists and views show
    await unmask(session, caller, row, reason, vault=vault, row=row, fields=[Objector.contact])

`values` holds the text in clear and the sealed one, `keys` the setting, `vault` seals and opens, `unmasking` shows a
field to somebody and audits it, `rotation` seals again under the newest key. To erase a field, set it to None; to
erase all of a row, delete it.
"""
