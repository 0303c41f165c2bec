"""Public notices: lists that are shown before anything is decided."""
