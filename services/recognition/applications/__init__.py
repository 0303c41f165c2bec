"""Applications and recommendations, their documents, tasks and steps."""
