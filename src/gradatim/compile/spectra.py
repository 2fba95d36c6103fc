"""Helpers of generated code for eigenvalues, eigenvectors and functions of matrices, of one matrix or of one for every member.

Of a symmetric matrix a function is worked out by eigenvalues. Another one may have no basis of eigenvectors: its exponential, sine and
cosine come from the power series, its logarithm and powers from Schur's form, which SciPy alone has.
"""

from __future__ import annotations

_NUMPY = (
    '''
def _eigenvalues(A):
    """The eigenvalues of the symmetric part, the largest first."""
    return {m}.linalg.eigvalsh((A + {m}.swapaxes(A, -1, -2)) / 2)[..., ::-1]
''',
    '''
def _spectrum(A):
    """The eigenvalues of the symmetric part, the largest first, and its eigenvectors as columns, their largest entry positive."""
    w, V = {m}.linalg.eigh((A + {m}.swapaxes(A, -1, -2)) / 2)
    V = V[..., ::-1]
    largest = {m}.max({m}.abs(V), axis=-2, keepdims=True)
    return w[..., ::-1], V * {m}.sign({m}.sum({m}.where({m}.abs(V) == largest, V, 0), axis=-2, keepdims=True))
''',
    '''
def _eigenvectors(A):
    """The eigenvectors of the symmetric part as columns, in the order of the eigenvalues, their largest entry positive."""
    return _spectrum(A)[1]
''',
    '''
def _gaps(z):
    """1 / (z_j - z_i) in entry (i, j), and 0 on the diagonal."""
    same = {m}.eye(z.shape[-1], dtype=z.dtype)
    return 1 / (z[..., None, :] - z[..., :, None] + same) - same
''',
)
_TORCH = (
    '''
def _eigenvalues(A):
    """The eigenvalues of the symmetric part, the largest first."""
    return torch.linalg.eigvalsh((A + A.mT) / 2).flip(-1)
''',
    '''
def _eigenvectors(A):
    """The eigenvectors of the symmetric part as columns, in the order of the eigenvalues, their largest entry positive."""
    V = torch.linalg.eigh((A + A.mT) / 2)[1].flip(-1)
    largest = torch.amax(torch.abs(V), -2, keepdim=True)
    return V * torch.sign(torch.sum(torch.where(torch.abs(V) == largest, V, 0), -2, keepdim=True))
''',
    '''
def _gaps(z):
    """1 / (z_j - z_i) in entry (i, j), and 0 on the diagonal."""
    same = torch.eye(z.shape[-1], dtype=z.dtype, device=z.device)
    return 1 / (z[..., None, :] - z[..., :, None] + same) - same
''',
)

_EIGEN = '''
def _eigen(A):
    """The eigenvalues, by falling real part, and right eigenvectors of length one as columns, their largest entry positive; nan where
    they are not real."""
    w, V = {m}.linalg.eig(A)
    order = {m}.argsort(-w.real, axis=-1)
    w = {m}.take_along_axis(w, order, axis=-1)
    V = {m}.take_along_axis(V, order[..., None, :], axis=-1)
    V = (V / {m}.take_along_axis(V, {m}.argmax({m}.abs(V), axis=-2, keepdims=True), axis=-2)).real
    real = {m}.abs(w.imag) <= 1e-6 * (1 + {m}.abs(w.real))
    V = V / {m}.sqrt({m}.sum(V * V, axis=-2, keepdims=True))
    return {m}.where(real, w.real, {m}.nan), {m}.where(real[..., None, :], V, {m}.nan)
'''
_EIGEN_TORCH = '''
def _eigen(A):
    """The eigenvalues, by falling real part, and right eigenvectors of length one as columns, their largest entry positive; nan where
    they are not real."""
    w, V = torch.linalg.eig(A)
    order = torch.argsort(w.real, dim=-1, descending=True)
    w, V = torch.take_along_dim(w, order, -1), torch.take_along_dim(V, order[..., None, :], -1)
    V = (V / torch.take_along_dim(V, torch.argmax(torch.abs(V), -2, keepdim=True), -2)).real
    real = torch.abs(w.imag) <= 1e-6 * (1 + torch.abs(w.real))
    V = V / torch.sqrt(torch.sum(V * V, -2, keepdim=True))
    return torch.where(real, w.real, torch.nan), torch.where(real[..., None, :], V, torch.nan)
'''
# Made of `_eigen`, and of operations that the three modules spell alike.
_OF_EIGEN = (
    '''
def _dominant_eigenvalue(A):
    """The eigenvalue of largest real part; nan where it is not real."""
    return _eigen(A)[0][..., 0]
''',
    '''
def _dominant_eigenvector(A):
    """The right eigenvector, of length one, of the eigenvalue of largest real part; nan where it is not real."""
    return _eigen(A)[1][..., 0]
''',
    '''
def _dominant_resolvent(A):
    """The inverse of (w I - A) on the other eigenvectors, for the eigenvalue w of largest real part."""
    w, u, v = _dominant_eigenvalue(A), _dominant_eigenvector(A), _dominant_eigenvector({m}.swapaxes(A, -1, -2))
    P = u[..., :, None] * v[..., None, :] / (u[..., None, :] @ v[..., :, None])
    return {m}.linalg.inv(w[..., None, None] * {m}.eye(A.shape[-1], dtype=A.dtype) - A + P) - P
''',
    '''
def _dominant_response(A):
    """The same, less its part along the eigenvector."""
    S, u = _dominant_resolvent(A), _dominant_eigenvector(A)
    return S - u[..., :, None] * (u[..., None, :] @ S)
''',
    '''
def _right_eigenvectors(A):
    """The right eigenvectors as rows, by falling eigenvalue; nan where these are not real."""
    return {m}.swapaxes(_eigen(A)[1], -1, -2)
''',
    '''
def _resolvents(A):
    """For each eigenvalue w, the inverse of (w I - A) on the other eigenvectors."""
    w, V = _eigen(A)
    same = {m}.eye(A.shape[-1], dtype=A.dtype)
    gaps = 1 / (w[..., None, :] - w[..., :, None] + same) - same
    return (V[..., None, :, :] * {m}.swapaxes(gaps, -1, -2)[..., :, None, :]) @ {m}.linalg.inv(V)[..., None, :, :]
''',
    '''
def _responses(A):
    """The same, less the part along the eigenvector of w."""
    S, u = _resolvents(A), _right_eigenvectors(A)
    return S - u[..., :, None] * (u[..., None, :] @ S)
''',
)

_SYMMETRIC = (
    '''
def _log_symmetric(A):
    """The logarithm of symmetric matrices with positive eigenvalues."""
    w, V = {m}.linalg.eigh(A)
    return (V * {m}.log(w)[..., None, :]) @ {m}.swapaxes(V, -1, -2)
''',
    '''
def _power_symmetric(A, p):
    """The powers of symmetric matrices with positive eigenvalues."""
    w, V = {m}.linalg.eigh(A)
    return (V * (w ** p)[..., None, :]) @ {m}.swapaxes(V, -1, -2)
''',
)
_GENERAL = (
    '''
def _sine(A):
    """The sine of matrices: the imaginary part of exp(iA)."""
    return np.ascontiguousarray(scipy.linalg.expm(1j * A).imag)
''',
    '''
def _cosine(A):
    """The cosine of matrices: the real part of exp(iA)."""
    return np.ascontiguousarray(scipy.linalg.expm(1j * A).real)
''',
    '''
def _log_of_matrix(A):
    """The principal logarithm of matrices; nan where it is not real."""
    return _each(scipy.linalg.logm, A)
''',
    '''
def _power_of_matrix(A, p):
    """The principal powers of matrices; nan where they are not real."""
    return _each(scipy.linalg.fractional_matrix_power, A, p)
''',
    '''
def _each(function, A, *more):
    """A function of each matrix; nan where its value is not real."""
    made = np.stack([function(a, *more) for a in A.reshape(-1, *A.shape[-2:])]).reshape(A.shape)
    real = np.abs(made.imag) <= 1e-6 * (1 + np.abs(made.real))
    return np.where(real, made.real, np.nan).astype(A.dtype)
''',
)


def matrix_helpers(module: str) -> tuple[str, ...]:
    """The source of the helpers for functions of matrices."""
    symmetric = tuple(s.replace("{m}", module) for s in _SYMMETRIC)
    return (*symmetric, *_GENERAL) if module == "np" else symmetric


def spectral_helpers(module: str) -> tuple[str, ...]:
    """The source of the helpers for a module of arrays."""
    own = (*_TORCH, _EIGEN_TORCH) if module == "torch" else (*_NUMPY, _EIGEN)
    return (*own, *(s.replace("{m}", module) for s in _OF_EIGEN))
