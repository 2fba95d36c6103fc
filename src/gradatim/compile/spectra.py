"""Helpers of generated code for eigenvalues and eigenvectors, of one symmetric matrix or of one for every member."""

from __future__ import annotations

_NUMPY = (
    '''
def _eigenvalues(A):
    """The eigenvalues of the symmetric part, the largest first."""
    return {m}.linalg.eigvalsh((A + {m}.swapaxes(A, -1, -2)) / 2)[..., ::-1]
''',
    '''
def _eigenvectors(A):
    """The eigenvectors of the symmetric part as columns, in the order of the eigenvalues, their largest entry positive."""
    V = {m}.linalg.eigh((A + {m}.swapaxes(A, -1, -2)) / 2)[1][..., ::-1]
    largest = {m}.max({m}.abs(V), axis=-2, keepdims=True)
    return V * {m}.sign({m}.sum({m}.where({m}.abs(V) == largest, V, 0), axis=-2, keepdims=True))
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


def spectral_helpers(module: str) -> tuple[str, ...]:
    """The source of the helpers for a module of arrays."""
    return _TORCH if module == "torch" else _NUMPY
