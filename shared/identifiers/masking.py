"""Names shown to those who may not read them."""


def mask_name(name: str) -> str:
    """The first character and one star for each other one; a name of one character is hidden wholly.

    There is no national standard; keeping the first character is the most common practice.
    """
    text = name.strip()
    return text[:1] + "*" * (len(text) - 1) if len(text) > 1 else "*" * len(text)
