"""Which addresses are ours."""


def is_local(address: str) -> bool:
    """Whether an address stays on this site: browsers read `//host`, `/\\host` and a tab in between as another's."""
    return address.startswith("/") and address[1:2] not in ("/", "\\") and address.isprintable()
