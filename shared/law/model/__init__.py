"""The model of a policy after reading: immutable, resolved, with the words of the law attached to every rule."""
