"""Terms to and from other systems: `to_sympy` and `from_sympy`.

    from gradatim.convert import from_sympy, to_sympy
    to_sympy(gd.gradient(f, x))        # a MatrixExpr
    from_sympy(A * x - b)              # a term

SymPy is an extra (`pip install gradatim[sympy]`), imported when one of the two is called.
"""

import gradatim.operators  # noqa: F401 - what is converted has its operators and can be written
from gradatim.convert.from_sympy import from_sympy
from gradatim.convert.to_sympy import to_sympy

__all__ = ["from_sympy", "to_sympy"]
