"""Loopback ports for the servers of the local platform."""

import secrets
import socket

PORTS = range(20000, 32000)
"""Below the range from which the kernel takes ports for outgoing connections: a client that keeps trying while
the server is down must not end up connected to itself."""


def is_free(port: int) -> bool:
    """Could a server listen there now?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port on which nothing listens."""
    return next(port for port in iter(lambda: secrets.choice(PORTS), None) if is_free(port))
