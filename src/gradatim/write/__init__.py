"""Writers: a term as LaTeX, as one line of Unicode, or laid out in two dimensions."""

from gradatim.write.display import display
from gradatim.write.latex import latex
from gradatim.write.text import text

__all__ = ["display", "latex", "text"]
