"""How people and offices are reached: delivered contacts, what people set themselves, mailboxes of offices."""
