"""The recognition service has no commands of its own: officers and operators work over HTTP."""
