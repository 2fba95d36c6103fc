"""Questions that several files ask: the function, its variable (two for a second derivative), what is declared."""

from __future__ import annotations

Question = tuple[str, str | tuple[str, str], str]

STATED: dict[str, Question] = {
    "LS": ("f(x)=\\frac12\\|Ax-b\\|^2", "x", "$A\\in\\mathbb R^{m\\times n}$, $x\\in\\mathbb R^n$, $b\\in\\mathbb R^m$"),
    "RIDGE": (
        "J(w)=\\|Xw-y\\|^2+\\lambda\\|w\\|^2",
        "w",
        "$X\\in\\mathbb R^{N\\times d}$, $w\\in\\mathbb R^d$, $y\\in\\mathbb R^N$, $\\lambda>0$",
    ),
    "LOG": (
        "\\ell(w)=\\sum_{i=1}^N \\left[y_i w^Tx_i-\\log(1+e^{w^Tx_i})\\right]",
        "w",
        "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\{0,1\\}$",
    ),
    "NN": (
        "z=W_1x+b_1,\\ h=\\sigma(z),\\ \\hat y=w_2^Th,\\ L=\\frac12(\\hat y-y)^2",
        "W_1",
        "$W_1\\in\\mathbb R^{h\\times d}$, $b_1,w_2\\in\\mathbb R^h$, $x\\in\\mathbb R^d$, $y$ a scalar, $\\sigma$ is the sigmoid",
    ),
    "NNb": (
        "z=W_1x+b_1,\\ h=\\sigma(z),\\ \\hat y=w_2^Th,\\ L=\\frac12(\\hat y-y)^2",
        "b_1",
        "$W_1\\in\\mathbb R^{h\\times d}$, $b_1,w_2\\in\\mathbb R^h$, $x\\in\\mathbb R^d$, $y$ a scalar, $\\sigma$ is the sigmoid",
    ),
    "SM": ("L=-\\sum_{k=1}^K y_k\\log p_k,\\ p=\\mathrm{softmax}(z)", "z", "$z\\in\\mathbb R^K$, $y$ one-hot"),
    "LDG": (
        "f(X)=\\log\\det(X)+\\mathrm{tr}(X^{-1}S)",
        "X",
        "$X\\in\\mathbb R^{n\\times n}$ invertible, $S\\in\\mathbb R^{n\\times n}$",
    ),
    "TR": ("f(X)=\\mathrm{tr}(X^TAX)", "X", "$A\\in\\mathbb R^{m\\times m}$, $X\\in\\mathbb R^{m\\times n}$"),
    "RAY": ("R(x)=\\frac{x^TAx}{x^Tx}", "x", "$A$ symmetric $n\\times n$, $x\\in\\mathbb R^n$"),
    "QF": ("f(x)=x^TAx+b^Tx+c", "x", "$A\\in\\mathbb R^{n\\times n}$, $b,x\\in\\mathbb R^n$, $c\\in\\mathbb R$"),
    "NORM": ("f(x)=\\|x-a\\|_2", "x", "$x,a\\in\\mathbb R^n$"),
    "FRO": (
        "f(W)=\\|XW-Y\\|_F^2",
        "W",
        "$X\\in\\mathbb R^{N\\times d}$, $W\\in\\mathbb R^{d\\times k}$, $Y\\in\\mathbb R^{N\\times k}$",
    ),
    "GLL": (
        "\\ell(\\mu)=-\\frac12\\sum_{i=1}^N (x_i-\\mu)^T\\Sigma^{-1}(x_i-\\mu)",
        "\\mu",
        "$x_i,\\mu\\in\\mathbb R^d$, $\\Sigma$ symmetric positive definite",
    ),
    "GSIG": (
        "\\ell(\\sigma)=-N\\log\\sigma-\\frac{1}{2\\sigma^2}\\sum_{i=1}^N(x_i-\\mu)^2",
        "\\sigma",
        "$\\sigma>0$, $x_i,\\mu\\in\\mathbb R$",
    ),
    "MF": (
        "f(U)=\\|M-UV^T\\|_F^2",
        "U",
        "$M\\in\\mathbb R^{m\\times n}$, $U\\in\\mathbb R^{m\\times k}$, $V\\in\\mathbb R^{n\\times k}$",
    ),
    "HESS": ("f(w)=\\sum_{i=1}^N\\log(1+e^{-y_iw^Tx_i})", ("w", "w"), "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\{-1,1\\}$"),
    "EXPQ": ("f(x)=\\exp(-\\frac12x^TAx)", "x", "$A$ symmetric $n\\times n$, $x\\in\\mathbb R^n$"),
    "LSE": ("f(x)=\\log\\sum_{i=1}^n\\exp(a_i^Tx+b_i)", "x", "$a_i,x\\in\\mathbb R^d$, $b_i\\in\\mathbb R$"),
    "JAC": (
        "f(x)=\\sigma(Wx+b)",
        "x",
        "$W\\in\\mathbb R^{m\\times n}$, $x\\in\\mathbb R^n$, $b\\in\\mathbb R^m$, $\\sigma$ is the sigmoid applied elementwise",
    ),
    "INV": ("f(X)=a^TX^{-1}b", "X", "$X\\in\\mathbb R^{n\\times n}$ invertible, $a,b\\in\\mathbb R^n$"),
    "HAD": ("f(x)=\\|a\\odot x-b\\|^2", "x", "$a,b,x\\in\\mathbb R^n$"),
    "SVM": (
        "J(w)=\\frac\\lambda2\\|w\\|^2+\\sum_{i=1}^N (1-y_iw^Tx_i)^2",
        "w",
        "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\{-1,1\\}$, $\\lambda>0$",
    ),
    "POI": ("\\ell(w)=\\sum_{i=1}^N [y_iw^Tx_i-\\exp(w^Tx_i)]", "w", "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\mathbb R$"),
    "CE": (
        "J(\\theta)=-\\frac1m\\sum_{i=1}^m[y_i\\log h(x_i)+(1-y_i)\\log(1-h(x_i))],\\ h(x)=\\frac{1}{1+e^{-\\theta^Tx}}",
        "\\theta",
        "$\\theta,x_i\\in\\mathbb R^d$, $y_i\\in\\{0,1\\}$",
    ),
    "WLS": (
        "J(\\theta)=\\frac12\\sum_{i=1}^m w_i(\\theta^Tx_i-y_i)^2",
        "\\theta",
        "$\\theta,x_i\\in\\mathbb R^d$, $w_i,y_i\\in\\mathbb R$",
    ),
    "EXP": ("f(x)=\\|x\\|^2 e^{-a^Tx}", "x", "$a,x\\in\\mathbb R^n$"),
    "LIN": ("f(X)=a^TXb", "X", "$X\\in\\mathbb R^{m\\times n}$, $a\\in\\mathbb R^m$, $b\\in\\mathbb R^n$"),
    "XTX": ("f(X)=a^TX^TXb", "X", "$X\\in\\mathbb R^{m\\times n}$, $a,b\\in\\mathbb R^n$"),
    "AXB": (
        "f(X)=\\mathrm{tr}(AXBX^TC)",
        "X",
        "$A\\in\\mathbb R^{p\\times m}$, $X\\in\\mathbb R^{m\\times n}$, $B\\in\\mathbb R^{n\\times n}$, $C\\in\\mathbb R^{m\\times p}$",
    ),
    "TRAXB": (
        "f(X)=\\mathrm{tr}(AXB)",
        "X",
        "$A\\in\\mathbb R^{p\\times m}$, $X\\in\\mathbb R^{m\\times n}$, $B\\in\\mathbb R^{n\\times p}$",
    ),
    "SQ": ("f(X)=\\mathrm{tr}(ABX)", "X", "$A,B,X\\in\\mathbb R^{n\\times n}$"),
    "ABAT": ("f(X)=\\mathrm{tr}(AXBX)", "X", "$A,B,X\\in\\mathbb R^{n\\times n}$"),
    "INVS": ("f(X)=\\mathrm{tr}(AX^{-1}B)", "X", "$X\\in\\mathbb R^{n\\times n}$ invertible, $A,B\\in\\mathbb R^{n\\times n}$"),
    "MEAN": ("J(w)=\\frac1N\\sum_{i=1}^N(w^Tx_i-y_i)^2", "w", "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\mathbb R$"),
    "SIGV": (
        "L=\\frac12\\|\\sigma(Wx)-y\\|^2",
        "W",
        "$W\\in\\mathbb R^{k\\times d}$, $x\\in\\mathbb R^d$, $y\\in\\mathbb R^k$, $\\sigma$ is the sigmoid applied elementwise",
    ),
    "MLP": (
        "L=\\frac12\\|W_2\\sigma(W_1x)-y\\|^2",
        "W_1",
        "$W_1\\in\\mathbb R^{h\\times d}$, $W_2\\in\\mathbb R^{k\\times h}$, $x\\in\\mathbb R^d$, $y\\in\\mathbb R^k$, $\\sigma$ is the sigmoid applied elementwise",
    ),
    "MLPx": (
        "L=\\frac12\\|W_2\\sigma(W_1x)-y\\|^2",
        "x",
        "$W_1\\in\\mathbb R^{h\\times d}$, $W_2\\in\\mathbb R^{k\\times h}$, $x\\in\\mathbb R^d$, $y\\in\\mathbb R^k$, $\\sigma$ is the sigmoid applied elementwise",
    ),
    "HADM": (
        "f(X)=\\|M\\odot(AX)\\|_F^2",
        "X",
        "$A\\in\\mathbb R^{p\\times m}$, $X\\in\\mathbb R^{m\\times n}$, $M\\in\\mathbb R^{p\\times n}$",
    ),
    "JLIN": ("f(x)=(x^Tx)Ax", "x", "$A\\in\\mathbb R^{m\\times n}$, $x\\in\\mathbb R^n$"),
    "HLS": ("f(x)=\\|Ax-b\\|^2", ("x", "x"), "$A\\in\\mathbb R^{m\\times n}$, $x\\in\\mathbb R^n$, $b\\in\\mathbb R^m$"),
    "HLSE": ("f(x)=\\log\\sum_i e^{x_i}", ("x", "x"), "$x\\in\\mathbb R^n$"),
    "HLOG": ("\\ell(w)=\\sum_{i=1}^N \\log(1+e^{-w^Tx_i})", ("w", "w"), "$w,x_i\\in\\mathbb R^d$"),
    "MVN": (
        "\\ell(\\Sigma)=-\\frac N2\\log\\det\\Sigma-\\frac12\\sum_{i=1}^N (x_i-\\mu)^T\\Sigma^{-1}(x_i-\\mu)",
        "\\Sigma",
        "$x_i,\\mu\\in\\mathbb R^d$, $\\Sigma$ symmetric positive definite $d\\times d$",
    ),
    "KM": ("J(\\mu_1)=\\sum_{i=1}^N r_i\\|x_i-\\mu_1\\|^2", "\\mu_1", "$x_i,\\mu_1\\in\\mathbb R^d$, $r_i\\in\\mathbb R$"),
    "RAT": ("f(x)=\\frac{a^Tx}{1+x^Tx}", "x", "$a,x\\in\\mathbb R^n$"),
    "XW": ("f(x)=x^TABx", "x", "$A,B\\in\\mathbb R^{n\\times n}$, $x\\in\\mathbb R^n$"),
    "SCAL": ("f(t)=\\exp(-t^2)\\sin(3t)", "t", "$t\\in\\mathbb R$"),
    "ATT": (
        "L=\\frac12\\|AVW-Y\\|_F^2",
        "V",
        "$A\\in\\mathbb R^{T\\times T}$, $V\\in\\mathbb R^{T\\times d}$, $W\\in\\mathbb R^{d\\times k}$, $Y\\in\\mathbb R^{T\\times k}$",
    ),
    "ENT": ("f(p)=-\\sum_i p_i\\log p_i", "p", "$p\\in\\mathbb R^n$ with positive entries"),
    "LD": (
        "f(X)=\\log\\det(X)+\\mathrm{tr}(X^{-1}S)",
        "X",
        "$X$ symmetric positive definite $n\\times n$, $S$ symmetric $n \\times n$",
    ),
    "HES2": ("f(x)=\\frac12x^TAx+\\exp(b^Tx)", ("x", "x"), "$A$ symmetric $n\\times n$, $b,x\\in\\mathbb R^n$"),
    "W2": (
        "z=W_1x,\\ h=\\tanh(z),\\ o=W_2h,\\ L=\\frac12\\|o-t\\|^2",
        "W_1",
        "$W_1\\in\\mathbb R^{h\\times d}$, $W_2\\in\\mathbb R^{k\\times h}$, $x\\in\\mathbb R^d$, $t\\in\\mathbb R^k$",
    ),
}
"""As problem sets state them, with the function's name."""

PLAIN: dict[str, tuple[str, str, str]] = {
    "LS": (r"\|Ax-b\|^2", r"x", r"$A\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$, $b\in\mathbb R^m$"),
    "QF": (r"x^TAx + b^Tx", r"x", r"$A\in\mathbb R^{n\times n}$, $b, x\in\mathbb R^n$"),
    "LIN": (r"a^TXb", r"X", r"$X\in\mathbb R^{m\times n}$, $a\in\mathbb R^m$, $b\in\mathbb R^n$"),
    "TR": (r"\mathrm{tr}(AXB)", r"X", r"$A\in\mathbb R^{p\times m}$, $X\in\mathbb R^{m\times n}$, $B\in\mathbb R^{n\times p}$"),
    "FRO": (r"\|AX-B\|_F^2", r"X", r"$A\in\mathbb R^{p\times m}$, $X\in\mathbb R^{m\times n}$, $B\in\mathbb R^{p\times n}$"),
    "LD": (r"\log\det X", r"X", r"$X\in\mathbb R^{n\times n}$ is invertible"),
    "RID": (
        r"\frac{1}{2N}\sum_{i=1}^N (w^Tx_i-y_i)^2+\frac{\lambda}{2}\|w\|^2",
        r"w",
        r"$w\in\mathbb R^d$, $x_i\in\mathbb R^d$, $y_i\in\mathbb R$, $\lambda$ is a scalar",
    ),
    "LOG": (
        r"-\sum_{i=1}^N [y_i\log\sigma(w^Tx_i)+(1-y_i)\log(1-\sigma(w^Tx_i))]",
        r"w",
        r"$w,x_i\in\mathbb R^d$, $y_i\in\{0,1\}$, $\sigma$ is the sigmoid",
    ),
    "SM": (r"-\sum_{k} y_k\log p_k, p=\mathrm{softmax}(z)", r"z", r"$z\in\mathbb R^K$, $y$ is a one-hot vector"),
    "NN": (
        r"L=\frac12\|W_2\tanh(W_1x)-y\|^2",
        r"W_1",
        r"$W_1\in\mathbb R^{h\times d}$, $W_2\in\mathbb R^{k\times h}$, $x\in\mathbb R^d$, $y\in\mathbb R^k$",
    ),
    "LSE": (r"\log\sum_{i=1}^n e^{x_i}", r"x", r"$x\in\mathbb R^n$"),
    "RAY": (r"\frac{x^TAx}{x^Tx}", r"x", r"$A$ is a symmetric $n\times n$ matrix, $x\in\mathbb R^n$"),
    "INV": (r"a^TX^{-1}b", r"X", r"$X\in\mathbb R^{n\times n}$ is invertible, $a,b\in\mathbb R^n$"),
    "NRM": (r"\|x-c\|", r"x", r"$x,c\in\mathbb R^n$"),
    "HAD": (r"\sum_{i}(a\odot x)_i^3", r"x", r"$a,x\in\mathbb R^n$"),
    "QUAD": (r"\mathrm{tr}(X^TAX)", r"X", r"$A\in\mathbb R^{m\times m}$, $X\in\mathbb R^{m\times n}$"),
    "JAC": (r"\tanh(Ax)", r"x", r"$A\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$"),
    "SIG": (r"\sigma(a^Tx+b)", r"x", r"$a,x\in\mathbb R^n$, $b$ is a scalar, $\sigma$ is the sigmoid"),
    "SCA": (r"\frac{e^{au}}{u^2}", r"u", r"$a,u$ are scalars"),
    "GAU": (
        r"-\frac12(x-\mu)^T\Sigma^{-1}(x-\mu)",
        r"\mu",
        r"$x,\mu\in\mathbb R^n$, $\Sigma$ is a symmetric positive definite $n\times n$ matrix",
    ),
    "GEN": (
        r"\mathrm{tr}(AX^TBX)",
        r"X",
        r"$A\in\mathbb R^{n\times n}$, $B\in\mathbb R^{m\times m}$, $X\in\mathbb R^{m\times n}$",
    ),
    "MLP": (
        r"\|y-W_2\sigma(W_1x)\|^2",
        r"W_2",
        r"$W_1\in\mathbb R^{h\times d}$, $W_2\in\mathbb R^{k\times h}$, $x\in\mathbb R^d$, $y\in\mathbb R^k$, $\sigma$ is the sigmoid",
    ),
}
"""The function alone."""
