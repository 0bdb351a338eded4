"""Tool tips that show texts as they stand, whoever wrote them."""

from html import escape


def plain_hint(text: str) -> str:
    """Return a tool tip in which nothing of a text is taken for markup."""
    return f"<qt>{escape(text)}</qt>" if "<" in text or "&" in text else text
