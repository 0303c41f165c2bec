"""From an event to notifications: whom the rules in force tell of it, in which words."""
