"""The end of a recognition: proposed, decided, expired; dossiers and work lists."""
