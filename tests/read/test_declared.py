"""Declarations as textbooks, lecture notes, forums and homework write them: what each sentence says of every name, no more.

A row is the sentence and, for each name, its kind (s, v, r, m, f, i for scalar, vector, row, matrix, function, integer; `?` where
the sentence settles none), its size, its facts, its range `1..N` and its role. Names that are not listed are declared nothing.
"""

from __future__ import annotations

import pytest

from gradatim.read.prose import Declaration, declarations

ROWS: list[tuple[str, dict[str, str]]] = [
    (
        r"x_n, $\mu$ vectors, $\Sigma$ positive definite, N integer",
        {r"x_n": "v", r"\mu": "v", r"\Sigma": "? spd", r"N": "i"},
    ),
    (
        r"a matrix B ∈ ℝ^{p×q} and x ∈ ℝⁿ",
        {r"B": "m p×q", r"x": "v n"},
    ),
    (
        r"$x_i$ are the rows of $X$",
        {r"x_i": "? <rows:X>"},
    ),
    (
        r"let $x, y$ be vectors in $\mathbb{R}^n$ and $A$ a symmetric matrix",
        {r"x": "v n", r"y": "v n", r"A": "m symmetric"},
    ),
    (
        r"where $A$ is an $m \times n$ matrix, $b$ is a vector of length $m$ and $\lambda$ is a positive scalar.",
        {r"A": "m m×n", r"b": "v m", r"\lambda": "s positive"},
    ),
    (
        r"Let $A \in \mathbb{R}^{n\times n}$ be symmetric, $b \in \mathbb{R}^n$ and $c \in \mathbb{R}$.",
        {r"A": "m n×n symmetric", r"b": "v n", r"c": "s"},
    ),
    (
        r"$x \in \mathbb{R}^n$ is a vector and $A$, $B$ are matrices of size $n\times n$ and $n\times m$, respectively",
        {r"x": "v n", r"A": "m n×n", r"B": "m n×m"},
    ),
    (
        r"$x$ and $y$ are a vector and a scalar, respectively",
        {r"x": "v", r"y": "s"},
    ),
    (
        r"$a$, $b$ scalars; $u$, $v$ vectors; $M$ a matrix",
        {r"a": "s", r"b": "s", r"u": "v", r"v": "v", r"M": "m"},
    ),
    (
        r"for scalars $a, b$ and vectors $u, v$",
        {r"a": "s", r"b": "s", r"u": "v", r"v": "v"},
    ),
    (
        r"$X \in S^n_{++}$",
        {r"X": "m n×n spd"},
    ),
    (
        r"$X \in \mathbb{S}_{++}^n$, $y \in \mathbb{R}^n_{+}$",
        {r"X": "m n×n spd", r"y": "v n nonnegative"},
    ),
    (
        r"$X\in\mathbb{R}^{m\times n}$, $a\in\mathbb{R}^m$, $b\in\mathbb{R}^n$",
        {r"X": "m m×n", r"a": "v m", r"b": "v n"},
    ),
    (
        r"X in R^{m x n}, a in R^m, b in R^n",
        {r"X": "m m×n", r"a": "v m", r"b": "v n"},
    ),
    (
        r"A is a symmetric matrix, x a vector, c a constant",
        {r"A": "m symmetric", r"x": "v"},
    ),
    (
        r"A symmetric, x a vector, c a scalar",
        {r"A": "? symmetric", r"x": "v", r"c": "s"},
    ),
    (
        r"x is a column vector of size n, A is an n x n positive definite matrix, and alpha is a real number",
        {r"x": "v n", r"A": "m n×n spd", r"\alpha": "s"},
    ),
    (
        r"x_1,...,x_N are vectors in R^d",
        {r"x_i": "v d 1..N"},
    ),
    (
        r"data points $x_1, \dots, x_N \in \mathbb{R}^d$ with labels $y_1,\dots,y_N \in \{-1, 1\}$",
        {r"x_i": "v d 1..N", r"y_i": "s 1..N"},
    ),
    (
        r"$x_i \in \mathbb{R}^d$ for all $i = 1,\dots,N$, $y_i\in\mathbb R$",
        {r"x_i": "v d 1..N", r"y_i": "s 1..N"},
    ),
    (
        r"vectors $x_i$, $i=1,\ldots,N$, and a matrix $W$",
        {r"x_i": "v 1..N", r"W": "m"},
    ),
    (
        r"the $i$-th row of $X$ is $x_i^T$",
        {r"x_i": "? <rows:X>"},
    ),
    (
        r"$x_i$ is the $i$-th column of $X$",
        {r"x_i": "? <columns:X>"},
    ),
    (
        r"$x_i$ is the $i$-th row of $X \in \mathbb{R}^{N\times d}$",
        {r"x_i": "? <rows:X>", r"X": "m N×d"},
    ),
    (
        r"$X$ is the matrix whose rows are $x_i^T$",
        {r"X": "m", r"x_i": "? <rows:X>"},
    ),
    (
        r"$X$ is the matrix with rows $x_1^T, \dots, x_n^T$",
        {r"X": "m", r"x_i": "? 1..n <rows:X>"},
    ),
    (
        r"$X$ is the $N \times d$ design matrix whose $i$th row is $x_i^\top$ and $y$ the vector of targets",
        {r"X": "m N×d", r"x_i": "? <rows:X>", r"y": "v"},
    ),
    (
        r"Let $A$ be $m\times n$, $x$ be $n\times 1$ and $b$ be $m\times 1$.",
        {r"A": "m m×n", r"x": "v n", r"b": "v m"},
    ),
    (
        r"$A$ is an $n\times n$ matrix (not necessarily symmetric), $x$ is an $n$-dimensional vector",
        {r"A": "m n×n", r"x": "v n"},
    ),
    (
        r"$A$ is not symmetric. $B$ is.",
        {},
    ),
    (
        r"$D$ is a diagonal matrix with positive entries and $u$ is a unit vector",
        {r"D": "m diagonal spd", r"u": "v unit"},
    ),
    (
        r"$P$ is positive semidefinite and symmetric; $q$ is a vector; $r$ is a scalar",
        {r"P": "? psd symmetric", r"q": "v", r"r": "s"},
    ),
    (
        r"where $\mathbf{x}$ is a $d$-dimensional vector and $\mathbf{W}$ is a $k \times d$ matrix of weights",
        {r"\mathbf{x}": "v d", r"\mathbf{W}": "m k×d"},
    ),
    (
        r"$\theta \in \mathbb{R}^d$ are the parameters, $\phi(x) \in \mathbb{R}^d$ the features",
        {r"\theta": "v d", r"\phi": "f <map:->d>"},
    ),
    (
        r"$\mathbf{w}$ (vector), $b$ (scalar), $\mathbf{X}$ ($N\times d$ matrix)",
        {r"\mathbf{w}": "v", r"b": "s", r"\mathbf{X}": "m N×d"},
    ),
    (
        r"A: m x n matrix, x: n-vector, b: m-vector, lambda: scalar",
        {r"A": "m m×n", r"x": "v n", r"b": "v m", r"\lambda": "s"},
    ),
    (
        r"A = m x n matrix; x = vector of length n",
        {r"A": "m m×n", r"x": "v n"},
    ),
    (
        r"Suppose $A$ and $B$ are square matrices, $B$ invertible, and $v$ a vector",
        {r"A": "m square", r"B": "m invertible square", r"v": "v"},
    ),
    (
        r"$A$ is a square matrix and invertible, $x$ a column vector and $y^T$ a row vector",
        {r"A": "m invertible square", r"x": "v", r"y": "r"},
    ),
    (
        r"Let $f(x) = x^TAx$ where $x\in\mathbb{R}^n$, and $A$ is a matrix of order $n$",
        {r"x": "v n", r"A": "m n×n"},
    ),
    (
        r"Consider vectors $\mathbf{a}, \mathbf{b} \in \mathbb{R}^n$ and a full rank matrix $\mathbf{X}$",
        {r"\mathbf{a}": "v n", r"\mathbf{b}": "v n", r"\mathbf{X}": "m"},
    ),
    (
        r"given an $n$-vector $x$, an $n\times n$ matrix $A$ and scalar $c$",
        {r"x": "v n", r"A": "m n×n", r"c": "s"},
    ),
    (
        r"real numbers $\alpha$ and $\beta$, a vector $v$ of dimension $p$ and $p\times p$ symmetric matrices $S$ and $T$",
        {r"\alpha": "s", r"\beta": "s", r"v": "v p", r"S": "m p×p symmetric", r"T": "m p×p symmetric"},
    ),
    (
        r"$\mu$ is the mean vector and $\Sigma$ the covariance matrix",
        {r"\mu": "v", r"\Sigma": "m spd"},
    ),
    (
        r"$\mu \in \mathbb{R}^d$, $\Sigma \succ 0$",
        {r"\mu": "v d", r"\Sigma": "? spd"},
    ),
    (
        r"$A$ positive definite, $b$ a vector, $c$ scalar",
        {r"A": "? spd", r"b": "v", r"c": "s"},
    ),
    (
        r"with $\lambda > 0$ a regularization parameter and $w$ the weight vector",
        {r"\lambda": "? positive", r"w": "v"},
    ),
    (
        r"$N$ is the number of samples, $x_n$ is the $n$-th input vector, $t_n$ its scalar target",
        {r"N": "i", r"x_n": "v", r"t_n": "s"},
    ),
    (
        r"Here $K$ is the number of classes and $w_k$ ($k=1,\dots,K$) are weight vectors",
        {r"K": "i", r"w_k": "v 1..K"},
    ),
    (
        r"vectors $a,b$, matrices $A, B$, and scalars $\alpha,\beta$",
        {r"a": "v", r"b": "v", r"A": "m", r"B": "m", r"\alpha": "s", r"\beta": "s"},
    ),
    (
        r"x, y, z are vectors and a, b, c are scalars",
        {r"x": "v", r"y": "v", r"z": "v", r"a": "s", r"b": "s", r"c": "s"},
    ),
    (
        r"x and b are vectors, A is a matrix",
        {r"x": "v", r"b": "v", r"A": "m"},
    ),
    (
        r"W is a k by d matrix and x is a vector of dimension d",
        {r"W": "m k×d", r"x": "v d"},
    ),
    (
        r"A is a n × m",
        {r"A": "m n×m"},
    ),
    (
        r"$A$, of size $m\times n$, and $x$, of size $n$, are given",
        {r"A": "m m×n", r"x": "v n"},
    ),
    (
        r"$\mathbf{A}\in\mathbb{R}^{m\times n}$ is a constant matrix, $\mathbf{x}\in\mathbb{R}^n$ is the variable and $t > 0$ is a scalar",
        {r"\mathbf{A}": "m m×n", r"\mathbf{x}": "v n", r"t": "s positive"},
    ),
    (
        r"$\mathbf{1}$ is the all-ones vector, $y$ a vector of labels, $\sigma$ is the sigmoid function",
        {r"\mathbf{1}": "v <ones>", r"y": "v", r"\sigma": "f <sigmoid>"},
    ),
    (
        r"Let $U$ be orthogonal and $\Lambda$ diagonal.",
        {r"U": "? orthogonal", r"\Lambda": "? diagonal"},
    ),
    (
        r"all vectors are column vectors. $x, w \in \mathbb{R}^d$.",
        {r"x": "v d", r"w": "v d"},
    ),
    (
        r"$y$ is an $n\times1$ vector of responses, $X$ is an $n\times p$ matrix of predictors, $\beta$ is a $p\times1$ vector of coefficients",
        {r"y": "v n", r"X": "m n×p", r"\beta": "v p"},
    ),
    (
        r"$A$ is a matrix that does not depend on $x$, and $x$ is a vector",
        {r"A": "m", r"x": "v"},
    ),
    (
        r"$x$ is a vector, $A$ is a matrix independent of the vector $x$ and $k$ a scalar",
        {r"x": "v", r"A": "m", r"k": "s"},
    ),
    (
        r"Let $L$ be a lower triangular matrix and $s$ a scalar function of $L$",
        {r"L": "m lower"},
    ),
    (
        r"$Q$ is a symmetric $n \times n$ matrix, $c \in \mathbb{R}^n$ a vector",
        {r"Q": "m n×n symmetric", r"c": "v n"},
    ),
    (
        r"$x_i, y_i \in \mathbb{R}^d$ and $A \in \mathbb{R}^{d \times d}$ is positive definite",
        {r"x_i": "v d", r"y_i": "v d", r"A": "m d×d spd"},
    ),
    (
        r"a scalar $s$, and let $M$ be an invertible $n\times n$ matrix",
        {r"s": "s", r"M": "m n×n invertible"},
    ),
    (
        r"$p \in \mathbb{R}^n$ with $p_i > 0$",
        {r"p": "v n positive"},
    ),
    (
        r"$x\in\mathbb{R}^n, A\in\mathbb{R}^{n\times n}$ symmetric",
        {r"x": "v n", r"A": "m n×n symmetric"},
    ),
    (
        r"Assume that $x$ is a $3$-vector and $A$ a $3\times 3$ matrix",
        {r"x": "v 3", r"A": "m 3×3"},
    ),
    (
        r"$u\in\mathbb{R}^m$ and $v\in\mathbb{R}^n$ are column vectors, $Z\in\mathbb{R}^{m\times n}$",
        {r"u": "v m", r"v": "v n", r"Z": "m m×n"},
    ),
    (
        r"$x$ is a vector of real numbers and $A$ is a matrix of scalars",
        {r"x": "v", r"A": "m"},
    ),
    (
        r"given a matrix $A$ and $b$ in $\mathbb{R}^n$",
        {r"A": "m", r"b": "v n"},
    ),
    (
        r"$x\in\mathbb{R}^{n+1}$, $\theta\in\mathbb{R}^{n+1}$",
        {r"x": "v n+1", r"\theta": "v n+1"},
    ),
    (
        r"Let $X$ be a real $n \times p$ matrix, $\mathbf{y}$ an $n$-dimensional column vector and $\lambda\geq 0$",
        {r"X": "m n×p", r"\mathbf{y}": "v n", r"\lambda": "? nonnegative"},
    ),
    (
        r"$w$ is a $d\times 1$ vector",
        {r"w": "v d"},
    ),
    (
        r"let w be a d x 1 vector and X a n x d matrix with rows x_i",
        {r"w": "v d", r"X": "m n×d", r"x_i": "? <rows:X>"},
    ),
    (
        r"The vector $x$ has dimension $n$ and the matrix $A$ has dimension $m \times n$.",
        {r"x": "v n", r"A": "m m×n"},
    ),
    (
        r"$x$ has $n$ entries, $A$ has size $m\times n$",
        {r"x": "v n", r"A": "m m×n"},
    ),
    (
        r"both $A$ and $B$ are symmetric",
        {r"A": "? symmetric", r"B": "? symmetric"},
    ),
    (
        r"$A$ and $B$ are symmetric matrices and $x$ is a vector",
        {r"A": "m symmetric", r"B": "m symmetric", r"x": "v"},
    ),
    (
        r"$A = A^T$, $x \in \mathbb{R}^n$",
        {r"A": "? symmetric", r"x": "v n"},
    ),
    (
        r"$C$ (symmetric, positive definite), $z$ (vector)",
        {r"C": "? spd symmetric", r"z": "v"},
    ),
    (
        r"where $Q$ is a symmetric positive semi-definite matrix and $c$ is a constant vector",
        {r"Q": "m psd symmetric", r"c": "v"},
    ),
    (
        r"$\Sigma$ is a positive definite covariance matrix",
        {r"\Sigma": "m spd"},
    ),
    (
        r"all matrices are $n\times n$ and $x$ is a vector",
        {r"x": "v"},
    ),
    (
        r"Let $a$ be a constant, and let $x$ be a vector of length $n$",
        {r"x": "v n"},
    ),
    (
        r"$k$ is a constant; $A$ is constant; $x$ varies",
        {},
    ),
    (
        r"$\mathbf{A}$ is constant matrix, $\mathbf{b}$ is constant vector, $\mathbf{x}$ is variable vector",
        {r"\mathbf{A}": "m", r"\mathbf{b}": "v", r"\mathbf{x}": "v"},
    ),
    (
        r"matrix $A$, vector $x$, scalar $c$",
        {r"A": "m", r"x": "v", r"c": "s"},
    ),
    (
        r"matrix A, vector x, scalar c",
        {r"A": "m", r"x": "v", r"c": "s"},
    ),
    (
        r"A matrix, x vector, c scalar",
        {r"A": "m", r"x": "v", r"c": "s"},
    ),
    (
        r"A - matrix (m x n), x - vector (n)",
        {r"A": "m m×n", r"x": "v n"},
    ),
    (
        r"A is m×n, B is n×p, x is p×1",
        {r"A": "m m×n", r"B": "m n×p", r"x": "v p"},
    ),
    (
        r"A (m×n), B (n×p)",
        {r"A": "m m×n", r"B": "m n×p"},
    ),
    (
        r"$A_{m\times n}$ and $x_{n \times 1}$",
        {r"A": "m m×n", r"x": "v n"},
    ),
    (
        r"$A \in \mathbb{R}^{m\times n}$ has full column rank, $b\in\mathbb{R}^m$",
        {r"A": "m m×n full_column_rank", r"b": "v m"},
    ),
    (
        r"$A, B, C$ are constant matrices of appropriate dimensions",
        {r"A": "m", r"B": "m", r"C": "m"},
    ),
    (
        r"$\mathbf{W}_1 \in \mathbb{R}^{h\times d}$, $\mathbf{b}_1 \in \mathbb{R}^h$, $\mathbf{w}_2\in\mathbb{R}^h$, $b_2 \in \mathbb{R}$",
        {r"\mathbf{W}_1": "m h×d", r"\mathbf{b}_1": "v h", r"\mathbf{w}_2": "v h", r"b_2": "s"},
    ),
    (
        r"$W^{(1)} \in \mathbb{R}^{h\times d}$ and $W^{(2)} \in \mathbb{R}^{1\times h}$ are weight matrices",
        {r"W^{(1)}": "m h×d", r"W^{(2)}": "r h"},
    ),
    (
        r"the training set is $\{(x^{(i)}, y^{(i)})\}_{i=1}^{m}$, $x^{(i)} \in \mathbb{R}^n$, $y^{(i)} \in \{0,1\}$",
        {r"x^{(i)}": "v n 1..m", r"y^{(i)}": "s 1..m"},
    ),
    (
        r"$(x_i, y_i)$, $i = 1, \dots, n$, with $x_i\in\mathbb{R}^p$, $y_i \in \mathbb{R}$",
        {r"x_i": "v p 1..n", r"y_i": "s 1..n"},
    ),
    (
        r"$x_i \in \mathbb{R}^d$, $i \in \{1, \dots, n\}$",
        {r"x_i": "v d 1..n"},
    ),
    (
        r"$x_i \in \mathbb{R}^d$ ($1 \le i \le n$)",
        {r"x_i": "v d 1..n"},
    ),
    (
        r"for all $i = 1..N$, $a_i \in \mathbb{R}^n$ and $b_i \in \mathbb{R}$",
        {r"a_i": "v n 1..N", r"b_i": "s 1..N"},
    ),
    (
        r"$f: \mathbb{R}^n \to \mathbb{R}$, $f(x) = \ldots$, $g:\mathbb{R}\to\mathbb{R}$",
        {r"f": "f <map:n->>", r"g": "f <map:->>"},
    ),
    (
        r"$x, y \in \mathbb{R}^n$, $\alpha, \beta \in \mathbb{R}$",
        {r"x": "v n", r"y": "v n", r"\alpha": "s", r"\beta": "s"},
    ),
    (
        r"$x$, $y$, $z \in \mathbb{R}^n$",
        {r"x": "v n", r"y": "v n", r"z": "v n"},
    ),
    (
        r"$a \in \mathbb{R}^m, b, c \in \mathbb{R}^n$",
        {r"a": "v m", r"b": "v n", r"c": "v n"},
    ),
    (
        r"$u$ and $v$ are vectors in $\mathbb{R}^m$ and $\mathbb{R}^n$, respectively",
        {r"u": "v m", r"v": "v n"},
    ),
    (
        r"$u, v$ are vectors of sizes $m$ and $n$ respectively; $M$ is of size $m\times n$",
        {r"u": "v m", r"v": "v n", r"M": "m m×n"},
    ),
    (
        r"$A$ is an $m\times n$ matrix, and $x$ and $b$ are vectors of appropriate size",
        {r"A": "m m×n", r"x": "v", r"b": "v"},
    ),
    (
        r"Here, $X$ is a matrix, while $a$ and $b$ are vectors.",
        {r"X": "m", r"a": "v", r"b": "v"},
    ),
    (
        r"$X$ is not a vector but a matrix",
        {r"X": "m"},
    ),
    (
        r"$R$ is a rotation matrix, $t$ is a translation vector",
        {r"R": "m", r"t": "v"},
    ),
    (
        r"$\beta$ is the vector of coefficients, $X$ the design matrix and $y$ the response vector",
        {r"\beta": "v", r"X": "m", r"y": "v"},
    ),
    (
        r"$H$ is the Hessian matrix of $f$ and $g$ its gradient vector",
        {r"H": "m", r"g": "v"},
    ),
    (
        r"Suppose $y = Ax$, where $y$ is $m \times 1$, $A$ is $m\times n$, $x$ is $n\times1$, and $A$ does not depend on $x$",
        {r"y": "v m", r"A": "m m×n", r"x": "v n"},
    ),
    (
        r"Let the scalar $\alpha$ be defined by $\alpha = y^TAx$, where $y$ is $m\times 1$, $x$ is $n\times 1$ and $A$ is $m\times n$.",
        {r"\alpha": "s", r"y": "v m", r"x": "v n", r"A": "m m×n"},
    ),
    (
        r"$Y$, $X$, $B$ are matrices with sizes $n\times q$, $n\times p$ and $p\times q$",
        {r"Y": "m n×q", r"X": "m n×p", r"B": "m p×q"},
    ),
    (
        r"S is a symmetric n by n matrix; D is diagonal; p is a probability vector",
        {r"S": "m n×n symmetric", r"D": "? diagonal", r"p": "v probability"},
    ),
    (
        r"$y$ is a one-hot vector, $z \in \mathbb{R}^K$ are logits",
        {r"y": "v onehot", r"z": "v K"},
    ),
    (
        r"$X$ is invertible and $a$, $b$ are constant column vectors",
        {r"X": "? invertible", r"a": "v", r"b": "v"},
    ),
    (
        r"A nonsingular, b a vector, x unknown vector",
        {r"A": "? invertible", r"b": "v", r"x": "v"},
    ),
    (
        r"real symmetric matrix $A$ and real vector $x$",
        {r"A": "m symmetric", r"x": "v"},
    ),
    (
        r"For a vector $\mathbf{x}$ and a square matrix $\mathbf{A}$",
        {r"\mathbf{x}": "v", r"\mathbf{A}": "m square"},
    ),
    (
        r"$e$ is the vector of ones; $n$ is its length; $x$ has the same length",
        {r"e": "v <ones>"},
    ),
    (
        r"$x=(x_1,x_2,x_3)^T\in\mathbb{R}^3$",
        {r"x": "v 3"},
    ),
    (
        r"$x = (x_1, \ldots, x_n)$ and $A=(a_{ij})$ is an $n\times n$ matrix",
        {r"x": "v n", r"A": "m n×n", r"a": "m n×n <entries:A>"},
    ),
    (
        r"$\mathbf{x} = [x_1, x_2, \dots, x_n]^T$",
        {r"\mathbf{x}": "v n"},
    ),
    (
        r"x = (x1, x2, ..., xn) is a vector",
        {r"x": "v n"},
    ),
    (
        r"with $\lambda \in \mathbb{R}_{>0}$ and $K \in \mathbb{R}^{n \times n}$ symmetric p.d.",
        {r"\lambda": "s positive", r"K": "m n×n spd symmetric"},
    ),
    (
        r"$\Sigma \in \mathbb{S}^{d}_{++}$, $\Omega \in \mathcal{S}_+^{p}$",
        {r"\Sigma": "m d×d spd", r"\Omega": "m p×p psd"},
    ),
    (
        r"$P \in \mathrm{Sym}(n)$, $Q \in O(n)$, $G\in GL(n)$",
        {r"P": "m n×n symmetric", r"Q": "m n×n orthogonal", r"G": "m n×n invertible"},
    ),
    (
        r"$M \in M_{n}(\mathbb{R})$, $N\in\mathbb{R}^{n,m}$, $T \in M_{m\times n}(\mathbb{R})$",
        {r"M": "m n×n", r"N": "m n×m", r"T": "m m×n"},
    ),
    (
        r"$X \in \Re^{m \times n}$, $t \in (0,1)$, $s \in [0, 1]$",
        {r"X": "m m×n", r"t": "s", r"s": "s"},
    ),
    # Words that mean something of their own noun only.
    (r"$h \in \mathbb{R}^k$ is a hidden unit, $u \in \mathbb{R}^k$ a unit vector", {r"h": "v k", r"u": "v k unit"}),
    (r"$\hat z\in\mathbb{R}^d$ is the normalized input and $q$ a normalized vector", {r"\hat{z}": "v d", r"q": "v unit"}),
    (r"$g\in\mathbb{R}^d$ is a stochastic gradient, $P$ a stochastic matrix", {r"g": "v d", r"P": "m probability"}),
    (r"the natural parameter $\eta\in\mathbb{R}^k$, where $N$ is a natural number", {r"\eta": "v k", r"N": "i"}),
    (r"$E$ is the mean square error and $Q$ a square matrix", {r"Q": "m square"}),
    (r"$z\in\mathbb{R}^d$ is a positive sample, $t$ a positive number", {r"z": "v d", r"t": "s positive"}),
    (r"$p, q\in\mathbb{R}^d$ are the positive and negative keys", {r"p": "v d", r"q": "v d"}),
    (r"$s\in\mathbb{R}^d$ is the anchor, $p\in\mathbb{R}^d$ the positive", {r"s": "v d", r"p": "v d"}),
    (r"$A$ is a symmetric negative definite $n\times n$ matrix", {r"A": "m n×n symmetric"}),
    (r"$Q$ is orthogonal to $u$, and $R$ is an orthogonal matrix", {r"R": "m orthogonal"}),
    # Members that are listed count themselves; the range of an index is not said of them.
    (
        r"$v_1,\dots,v_C\in\mathbb{R}^d$ are class weights, $z_i\in\mathbb{R}^d$ and $i=1,\dots,M$",
        {r"v_i": "v d 1..C", r"z_i": "v d 1..M"},
    ),
    (r"$V\in\mathbb{R}^{k\times d}$, $v_j^T$ the $j$-th row of $V$", {r"V": "m k×d", r"v_j": "? <rows:V>"}),
    (r"$v^i$ is the $i$-th row of $V\in\mathbb{R}^{k\times d}$", {r"V": "m k×d", r"v^{(i)}": "? <rows:V>"}),
    (r"$\iota$ is an $n$-vector of ones and $J$ the all-ones matrix", {r"\iota": "v n <ones>", r"J": "m <ones>"}),
    (r"$u=(1,\dots,1)^T\in\mathbb{R}^n$", {r"u": "v n <ones>"}),
    # A vector has no powers: what stands above it says which one it is.
    (r"$z^k\in\mathbb{R}^n$ is the iterate, $z^1,z^2\in\mathbb{R}^n$", {r"z^k": "v n", r"z^1": "v n", r"z^2": "v n"}),
    (r"$v^0$ is a fixed $d\times1$ vector and $B^k$ a matrix", {r"v^0": "v d"}),
    (r"let $e^z$ be the exponential and $u$ a vector", {r"u": "v"}),
    # A function is one, whatever its values are and whatever it is applied to; the dot keeps the place of its argument.
    (r"$\phi(\cdot)$ is a differentiable scalar function", {r"\phi": "f"}),
    (r"$\phi: \mathbb{R}\to\mathbb{R}$ is a scalar function of a scalar argument", {r"\phi": "f <map:->>"}),
    (r"$\phi$ is a function applied elementwise to a vector and $u$ a vector", {r"\phi": "f", r"u": "v"}),
    (r"$\rho(.)$ is applied entrywise to the vector, $r(\cdot)$ is the sigmoid", {r"\rho": "f", r"r": "? <sigmoid>"}),
    (r"where $(.)^T$ denotes the transpose of a matrix and $c$ is an elementwise positive vector", {r"c": "v positive"}),
    # What names its own letter is said of that one, and not of the argument.
    (r"Let $f(X) = \operatorname{tr}(A X^T X)$ for all orthogonal matrices $A$.", {r"A": "m orthogonal"}),
    # Titles, and words that say nothing of the names after them.
    (r"dual function: $Q\succ0$ is $n\times n$, $r\in\mathbb{R}^n$", {r"Q": "m n×n spd", r"r": "v n"}),
    (r"I have $u,v \in \mathbb{R}^n$ and an $n\times n$ matrix $C$.", {r"u": "v n", r"v": "v n", r"C": "m n×n"}),
    (r"$c\in\mathbb{R}^n$ is added to every column", {r"c": "v n eachcolumn"}),
    (r"the projection matrix $P \in \mathbb{R}^{n\times n}$", {"P": "m n×n idempotent"}),
    (r"the projection matrix $A \in \mathbb{R}^{n\times n}$ of an age-structured population", {"A": "m n×n"}),
    (r"Let $\phi(X) = \log\det X$ on the positive definite matrices.", {"X": "m spd"}),
    (r"$h(P) = \operatorname{tr} P^2$ is defined on the set of all symmetric matrices", {"P": "m symmetric"}),
    (r"z_i is the i-th row of Z, y in R^n, Z is n x d", {r"Z": "m n×d", r"z_i": "? <rows:Z>", r"y": "v n"}),
]
KIND = {"scalar": "s", "vector": "v", "row": "r", "column": "v", "matrix": "m", "function": "f", "integer": "i", None: "?"}


def brief(d: Declaration) -> str:
    dims = tuple(x for x in d.dims if x != "1")
    kind = KIND[d.kind]
    if d.dims and kind in "?ms":
        kind = "r" if d.dims[0] == "1" and len(dims) == 1 else "svm"[len(dims)]
    told = [kind, "×".join(dims), *sorted(d.facts)]
    told += [f"1..{d.family[1]}"] if d.family else []
    told += [f"<{d.role}>"] if d.role else []
    return " ".join(x for x in told if x)


@pytest.mark.parametrize("text, wanted", ROWS, ids=range(len(ROWS)))
def test_a_sentence_says_this_of_each_name_and_nothing_more(text: str, wanted: dict[str, str]) -> None:
    told = {d.name: brief(d) for d in declarations(text)}
    assert {n: b for n, b in told.items() if b != "?"} == wanted
