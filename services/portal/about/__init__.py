"""About the portal: help, accessibility, privacy, and where integrators begin."""
