"""Whom outgoing connections trust: the public certificate authorities, and those of the installation's own bundle.

Government networks have authorities of their own. `trust` is called once at the start of a process, and everything
that calls another system over TLS asks for its context here.
"""

import ssl
from functools import cache
from pathlib import Path

import httpx

_bundle: Path | None = None


def trust(bundle: Path | None) -> None:
    """Trust the authorities of a PEM file too, from now on. OSError or ssl.SSLError if it cannot be read."""
    global _bundle
    if bundle is not None:
        ssl.create_default_context(cafile=bundle)
    _bundle = bundle
    http_tls.cache_clear()


def trusted_tls(only: str | Path | None = None) -> ssl.SSLContext:
    """A context for connections to other systems, which verifies them; by the authorities of `only` alone, if given."""
    if only is not None:
        return ssl.create_default_context(cafile=only)
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    if _bundle is not None:
        context.load_verify_locations(cafile=_bundle)
    return context


@cache
def http_tls(only: str | Path | None = None) -> ssl.SSLContext:
    """The same for HTTP clients, made once: to read all authorities takes 15 ms. HTTP's own protocols are announced
    with it, so nothing else may use it.
    """
    return trusted_tls(only)
