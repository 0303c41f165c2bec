"""The directory: search, and a household's type with its reasons."""
