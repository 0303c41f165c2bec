"""By which policy an objection is handled: who may do what, by when, and which grounds there are."""
