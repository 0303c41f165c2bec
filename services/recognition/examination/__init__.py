"""The steps between submission and decision: review, site visit, consultation, public notice."""
