"""Numbers that a policy's text leaves open: set with a document, by the level that types, by two persons."""
