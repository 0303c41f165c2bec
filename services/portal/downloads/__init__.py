"""Lists as files, made by the services under the same checks as their pages."""
