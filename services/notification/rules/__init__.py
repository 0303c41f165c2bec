"""Who is told what because of which event: rules as data, their words, and how they change."""
