"""The derivatives of The Matrix Cookbook (Petersen & Pedersen, version of 15 November 2012), section 2, by their numbers there.

Each row has the function, what is declared, the variable and the formula as it is printed there, misprints and all. Left out are
definitions of notation (33–48 in part), eigenvalues (66–68) and complex variables (89), which are not derived here.
"""

from __future__ import annotations

from dataclasses import dataclass

R = r"$X$ is $m \times n$"


@dataclass(frozen=True, slots=True)
class Identity:
    """`printed` is the formula of the book in LaTeX; `structure` asks for the independent entries, `order` for a second derivative."""

    number: str
    function: str
    given: str
    wrt: str
    printed: str
    structure: str = ""
    order: int = 1
    entries: str = ""
    """Of an identity between entries: the letters of the indices, first of the function, then of the variable."""


SECTIONS: tuple[tuple[str, tuple[Identity, ...]], ...] = (
    (
        "Determinants (2.1)",
        (
            Identity("49", r"\det X", "X is n x n", "X", r"\det(X)(X^{-1})^T"),
            Identity("51", r"\det(AXB)", "A, X, B are n x n", "X", r"\det(AXB)(X^{-1})^T"),
            Identity("52", r"\det(X^TAX)", "A, X are n x n", "X", r"2\det(X^TAX)X^{-T}"),
            Identity("53", r"\det(X^TAX)", "X is m x n, A is symmetric", "X", r"2\det(X^TAX)AX(X^TAX)^{-1}"),
            Identity("54", r"\det(X^TAX)", "X is m x n, A is m x m", "X", r"\det(X^TAX)(AX(X^TAX)^{-1}+A^TX(X^TA^TX)^{-1})"),
            Identity("55", r"\ln\det(X^TX)", "X is m x n", "X", r"2X(X^TX)^{-1}"),
            Identity("57", r"\ln|\det X|", "X is n x n", "X", r"(X^{-1})^T"),
            Identity("58", r"\det(X^k)", "X is n x n, k is a positive integer", "X", r"k\det(X^k)X^{-T}"),
        ),
    ),
    (
        "Inverses (2.2)",
        (
            Identity("59", r"(A+xB)^{-1}", "A, B are n x n, x is a scalar", "x", r"-(A+xB)^{-1}B(A+xB)^{-1}"),
            Identity("60", r"X^{-1}", "X is n x n", "X", r"-(X^{-1})_{ki}(X^{-1})_{jl}", entries="klij"),
            Identity("61", r"a^TX^{-1}b", "X is n x n", "X", r"-X^{-T}ab^TX^{-T}"),
            Identity("62", r"\det(X^{-1})", "X is n x n", "X", r"-\det(X^{-1})(X^{-1})^T"),
            Identity("63", r"\operatorname{Tr}(AX^{-1}B)", "A, X, B are n x n", "X", r"-(X^{-1}BAX^{-1})^T"),
            Identity("64", r"\operatorname{Tr}((X+A)^{-1})", "A, X are n x n", "X", r"-((X+A)^{-1}(X+A)^{-1})^T"),
        ),
    ),
    (
        "Vectors and matrices, first order (2.4.1)",
        (
            Identity("69", r"x^Ta", "a, x are vectors", "x", "a"),
            Identity("70", r"a^TXb", R, "X", r"ab^T"),
            Identity("71", r"a^TX^Tb", R, "X", r"ba^T"),
            Identity("72", r"a^TXa", "X is n x n", "X", r"aa^T"),
            Identity("74", r"XA", "X, A are p x p", "X", r"\delta_{ik}A_{lj}", entries="ijkl"),
            Identity("75", r"X^TA", "X, A are p x p", "X", r"\delta_{il}A_{kj}", entries="ijkl"),
        ),
    ),
    (
        "Vectors and matrices, second order (2.4.2)",
        (
            Identity("77", r"b^TX^TXc", R, "X", r"X(bc^T+cb^T)"),
            Identity("78", r"(Bx+b)^TC(Dx+d)", "B, C, D are matrices; x, b, d vectors", "x", r"B^TC(Dx+d)+D^TC^T(Bx+b)"),
            Identity("79", r"X^TBX", "X, B are n x n", "X", r"\delta_{lj}(X^TB)_{ki}+\delta_{kj}(BX)_{il}", entries="klij"),
            Identity("81", r"x^TBx", "B is n x n, x is a vector", "x", r"(B+B^T)x"),
            Identity("82", r"b^TX^TDXc", R, "X", r"D^TXbc^T+DXcb^T"),
            Identity("83", r"(Xb+c)^TD(Xb+c)", R, "X", r"(D+D^T)(Xb+c)b^T"),
            Identity("84", r"(x-As)^TW(x-As)", "W is symmetric; x, s vectors", "s", r"-2A^TW(x-As)"),
            Identity("85", r"(x-s)^TW(x-s)", "W is symmetric; x, s vectors", "x", r"2W(x-s)"),
            Identity("86", r"(x-s)^TW(x-s)", "W is symmetric; x, s vectors", "s", r"-2W(x-s)"),
            Identity("87", r"(x-As)^TW(x-As)", "W is symmetric; x, s vectors", "x", r"2W(x-As)"),
            Identity("88", r"(x-As)^TW(x-As)", "W is symmetric; x, s vectors", "A", r"-2W(x-As)s^T"),
        ),
    ),
    (
        "Higher orders (2.4.3, 2.4.4)",
        (
            Identity(
                "91",
                r"a^TX^nb",
                "X is m x m, n is a positive integer",
                "X",
                r"\sum_{r=0}^{n-1}(X^r)^Tab^T(X^{n-1-r})^T",
            ),
            Identity(
                "92",
                r"a^T(X^n)^TX^nb",
                "X is m x m, n is a positive integer",
                "X",
                r"\sum_{r=0}^{n-1}\left[X^{n-1-r}ab^T(X^n)^TX^r+(X^r)^TX^nab^T(X^{n-1-r})^T\right]",
            ),
            Identity(
                "95",
                r"\frac{(Ax)^T(Ax)}{(Bx)^T(Bx)}",
                "A, B are n x n, x is a vector",
                "x",
                r"2\frac{A^TAx}{x^TBBx}-2\frac{x^TA^TAxB^TBx}{(x^TB^TBx)^2}",
            ),
            Identity("96", r"x^TAx+b^Tx", "A is n x n; x, b vectors", "x", r"(A+A^T)x+b"),
            Identity("97", r"x^TAx+b^Tx", "A is n x n; x, b vectors", "x", r"A+A^T", order=2),
        ),
    ),
    (
        "Traces, first order (2.5.1)",
        (
            Identity("99", r"\operatorname{Tr}(X)", "X is n x n", "X", "I"),
            Identity("100", r"\operatorname{Tr}(XA)", R, "X", "A^T"),
            Identity("101", r"\operatorname{Tr}(AXB)", R, "X", "A^TB^T"),
            Identity("102", r"\operatorname{Tr}(AX^TB)", R, "X", "BA"),
            Identity("103", r"\operatorname{Tr}(X^TA)", R, "X", "A"),
            Identity("104", r"\operatorname{Tr}(AX^T)", R, "X", "A"),
            Identity("105", r"\operatorname{Tr}(A\otimes X)", "A is m x m, X is n x n", "X", r"\operatorname{Tr}(A)I"),
        ),
    ),
    (
        "Traces, second order (2.5.2)",
        (
            Identity("106", r"\operatorname{Tr}(X^2)", "X is n x n", "X", "2X^T"),
            Identity("107", r"\operatorname{Tr}(X^2B)", "X, B are n x n", "X", "(XB+BX)^T"),
            Identity("108", r"\operatorname{Tr}(X^TBX)", R, "X", "BX+B^TX"),
            Identity("109", r"\operatorname{Tr}(BXX^T)", R, "X", "BX+B^TX"),
            Identity("110", r"\operatorname{Tr}(XX^TB)", R, "X", "BX+B^TX"),
            Identity("111", r"\operatorname{Tr}(XBX^T)", R, "X", "XB^T+XB"),
            Identity("112", r"\operatorname{Tr}(BX^TX)", R, "X", "XB^T+XB"),
            Identity("113", r"\operatorname{Tr}(X^TXB)", R, "X", "XB^T+XB"),
            Identity("114", r"\operatorname{Tr}(AXBX)", R, "X", "A^TX^TB^T+B^TX^TA^T"),
            Identity("115", r"\operatorname{Tr}(X^TX)", R, "X", "2X"),
            Identity("116", r"\operatorname{Tr}(B^TX^TCXB)", R, "X", "C^TXBB^T+CXBB^T"),
            Identity("117", r"\operatorname{Tr}(X^TBXC)", R, "X", "BXC+B^TXC^T"),
            Identity("118", r"\operatorname{Tr}(AXBX^TC)", R, "X", "A^TC^TXB^T+CAXB"),
            Identity("119", r"\operatorname{Tr}((AXB+C)(AXB+C)^T)", R, "X", "2A^T(AXB+C)B^T"),
            Identity("120", r"\operatorname{Tr}(X\otimes X)", "X is n x n", "X", r"2\operatorname{Tr}(X)I"),
        ),
    ),
    (
        "Traces, higher order and inverses (2.5.3, 2.5.4)",
        (
            Identity("121", r"\operatorname{Tr}(X^k)", "X is n x n, k is a positive integer", "X", "k(X^{k-1})^T"),
            Identity(
                "122",
                r"\operatorname{Tr}(AX^k)",
                "A, X are n x n, k is a positive integer",
                "X",
                r"\sum_{r=0}^{k-1}(X^rAX^{k-r-1})^T",
            ),
            Identity(
                "123",
                r"\operatorname{Tr}(B^TX^TCXX^TCXB)",
                R,
                "X",
                "CXX^TCXBB^T+C^TXBB^TX^TC^TX+CXBB^TX^TCX+C^TXX^TC^TXBB^T",
            ),
            Identity("124", r"\operatorname{Tr}(AX^{-1}B)", "A, X, B are n x n", "X", "-X^{-T}A^TB^TX^{-T}"),
            Identity(
                "125",
                r"\operatorname{Tr}((X^TCX)^{-1}A)",
                "X is m x n, C is symmetric",
                "X",
                "-(CX(X^TCX)^{-1})(A+A^T)(X^TCX)^{-1}",
            ),
            Identity(
                "126",
                r"\operatorname{Tr}((X^TCX)^{-1}(X^TBX))",
                "X is m x n, B and C are symmetric",
                "X",
                "-2CX(X^TCX)^{-1}X^TBX(X^TCX)^{-1}+2BX(X^TCX)^{-1}",
            ),
            Identity(
                "127",
                r"\operatorname{Tr}((A+X^TCX)^{-1}(X^TBX))",
                "X is m x n, B and C are symmetric",
                "X",
                "-2CX(A+X^TCX)^{-1}X^TBX(A+X^TCX)^{-1}+2BX(A+X^TCX)^{-1}",
            ),
        ),
    ),
    (
        "Norms (2.6, 2.7)",
        (
            Identity("129", r"\|x-a\|_2", "x, a are vectors", "x", r"\frac{x-a}{\|x-a\|_2}"),
            Identity(
                "130",
                r"\frac{x-a}{\|x-a\|_2}",
                "x, a are vectors",
                "x",
                r"\frac{I}{\|x-a\|_2}-\frac{(x-a)(x-a)^T}{\|x-a\|_2^3}",
            ),
            Identity("131", r"\|x\|_2^2", "x is a vector", "x", "2x"),
            Identity("132", r"\|X\|_F^2", R, "X", "2X"),
        ),
    ),
    (
        "Structured matrices (2.8)",
        (
            Identity("139", r"\operatorname{Tr}(AX)", "X is symmetric", "X", r"A+A^T-(A\circ I)", "entries"),
            Identity("140", r"\det X", "X is symmetric", "X", r"\det(X)(2X^{-1}-(X^{-1}\circ I))", "entries"),
            Identity("141", r"\ln\det X", "X is symmetric", "X", r"2X^{-1}-(X^{-1}\circ I)", "entries"),
            Identity("142", r"\operatorname{Tr}(AX)", "X is diagonal", "X", r"A\circ I", "entries"),
        ),
    ),
)
"""The sections of the book with their identities, in order."""
