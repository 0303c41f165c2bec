"""Who an operator is: the pseudonym of an id number, for the identity provider."""
