"""Questions of the list that are refused for now, by name: each is worth an operation or a notation."""

UNANSWERED = frozenset(
    {
        r"\sum_{i=1}^{n-1}(x_{i+1}-x_i)^2 by x",
        r"\sum_{i=1}^{n-1}|x_{i+1}-x_i| by x",
        r"\sum_{i=1}^{n-1}\left[100(x_{i+1}-x_i^2)^2+(1-x_i)^2\right] by x",
        r"\sum_{i<j}\|x_i-x_j\| by x_i",
        r"\|X_{i,:}\|^2 by X",
        r"\|X_{:,j}\|_2 by X",
        r"\sum_{i=1}^m\|X_{i,:}\|_2 by X",
        r"\left\|\begin{bmatrix}A & B\end{bmatrix}\begin{bmatrix}x\\y\end{bmatrix}\right\|^2 by x",
        r"\operatorname{tr}\left(\begin{pmatrix}A & B\\ B^T & C\end{pmatrix}^2\right) by B",
        r"\log\det\begin{bmatrix}A & b\\ b^T & c\end{bmatrix} by b",
        r"\left\|\begin{bmatrix}A\\ \sqrt\lambda I\end{bmatrix}x-\begin{bmatrix}b\\0\end{bmatrix}\right\|_2^2 by x",
        r"\begin{bmatrix}x^TAx\\ b^Tx\end{bmatrix} by x",
        r"\begin{pmatrix}r\cos\theta\\ r\sin\theta\end{pmatrix} by \theta",
        r"(x_1x_2,\ x_2^2,\ e^{x_3})^T by x",
        r"\operatorname{tr}\left(e^X\right) by X",
        r"\operatorname{tr}\left(\exp(AX)\right) by X",
        r"\det\left(e^X\right) by X",
        r"\log\det\exp(X) by X",
        r"\operatorname{tr}(X\log X-X) by X",
        r"\operatorname{tr}\left(X^{1/2}\right) by X",
        r"\operatorname{tr}\left(X^{-1/2}\right) by X",
        r"e^{tA} by t",
        r"e^{tA}x_0 by t",
        r"\|X\|_* by X",
        r"\operatorname{tr}\left((X^TX)^{1/2}\right) by X",
        r"\|R x - y\|^2; R = \begin{pmatrix}\cos\theta & -\sin\theta\\ \sin\theta & \cos\theta\end{pmatrix} by \theta",
    }
)
