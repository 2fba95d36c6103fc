"""What a text says of how its derivatives are meant: whether the entries of a structured matrix are one variable or two."""

from __future__ import annotations

import re

_ENTRIES = re.compile(
    r"(?:are|is|as)\s+(?:the\s+same|one)\s+variable|one\s+variable\s+each|move\s+together"
    r"|(?:respect(?:s|ing)?|us(?:e|ing)|tak(?:e|ing))\s+(?:of\s+)?(?:the\s+)?(?:symmetry|structure)(?!\s+of\s+the\s+loss)"
    r"|let\s+only\s+th(?:ose|e\s+diagonal\s+entries)\s+vary|only\s+(?:the\s+)?(?:diagonal|independent|free)\s+entries\s+(?:vary|are\s+variables)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"ignor(?:e|ing)\s+(?:the\s+)?(?:symmetry|structure)|without\s+using\s+(?:the\s+)?(?:symmetry|structure)", re.I
)


def structured_form(text: str) -> str:
    """`entries` where the text asks for the derivative by the independent entries of a structured variable, else ""."""
    plain = re.sub(r"\s+", " ", text)
    return "entries" if _ENTRIES.search(plain) and not _DENIED.search(plain) else ""
