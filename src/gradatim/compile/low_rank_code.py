"""Woodbury's formula as source: what generated code brings along for a diagonal matrix and few columns."""

from __future__ import annotations

_SIZES = '''
def _sizes(d, U, W):
    """The size of U W^T, at most, the least one on the diagonal, and eps."""
    size = {m}.linalg.norm(U)
    least = abs(d) if {ndim} == 0 else {m}.abs(d).min()
    return size * (size if W is U else {m}.linalg.norm(W)), least, {m}.finfo(U.dtype).eps
'''
_FORMED = '''
def _formed(d, U, W):
    """diag(d) + U W^T; d may be a number."""
    return {m}.diag(d + {m}.zeros_like(U[:, 0])) + U @ W.T
'''
_CORE = '''
def _core(d, U, W):
    """A and C of the inverse (I - A C^-1 W^T) diag(d)^-1."""
    if {ndim} == 0:
        A, C = U, W.T @ U
        return A, C + {m}.diag(d + {m}.zeros_like(C[0]))
    A = U / d[:, None]
    C = W.T @ A
    return A, C + {m}.diag({m}.ones_like(C[0]))
'''
_INNER = '''
def _inner_solve(C, R, U, W):
    """The X with C X = R; C is symmetric where U and W are the same."""
    return {inner}
'''
_WOODBURY = '''
def _woodbury(d, U, W, B, refined):
    """The X with (diag(d) + U W^T) X = B by Woodbury's formula."""
    A, C = _core(d, U, W)
    if B is U:
        return _inner_solve(C.T, A.T, U, W).T
    s = d if {ndim} == 0 or B.ndim == 1 else d[:, None]
    X = B / s
    X = X - A @ _inner_solve(C, W.T @ X, U, W)
    if refined:
        R = (B - s * X - U @ (W.T @ X)) / s
        X = X + (R - A @ _inner_solve(C, W.T @ R, U, W))
    return X
'''
_INVERTED = '''
def _inverted(d, U, W):
    """The inverse of diag(d) + U W^T by Woodbury's formula."""
    A, C = _core(d, U, W)
    s = d if {ndim} == 0 else d[:, None]
    return {m}.diag(1 / (d + {m}.zeros_like(U[:, 0]))) - A @ _inner_solve(C, (W / s).T, U, W)
'''
_DETERMINED = '''
def _determined(d, U, W):
    """log |det(diag(d) + U W^T)| from two smaller determinants."""
    inside = {m}.linalg.slogdet(_core(d, U, W)[1])[1]
    if {ndim} == 0:
        return (U.shape[0] - U.shape[1]) * {m}.log({m}.abs(d)) + inside
    return {m}.sum({m}.log({m}.abs(d))) + inside
'''
_CHOOSING = (
    '''
def _low_rank_solve(d, U, W, B):
    """The X with (diag(d) + U W^T) X = B, refined where digits are lost; as a whole where the diagonal is too small for that."""
    size, least, eps = _sizes(d, U, W)
    if not size * eps ** 0.5 < least:
        return {m}.linalg.solve(_formed(d, U, W), B)
    return _woodbury(d, U, W, B, size * eps ** (1 / 3) >= least)
''',
    '''
def _low_rank_inverse(d, U, W):
    """The inverse of diag(d) + U W^T; formed as a whole first where the diagonal is too small for Woodbury's formula."""
    size, least, eps = _sizes(d, U, W)
    return _inverted(d, U, W) if size * eps ** (1 / 3) < least else {m}.linalg.inv(_formed(d, U, W))
''',
    '''
def _low_rank_logdet(d, U, W):
    """log |det(diag(d) + U W^T)|; of the whole matrix where the diagonal is too small for two smaller ones."""
    size, least, eps = _sizes(d, U, W)
    return _determined(d, U, W) if size * eps ** 0.5 < least else {m}.linalg.slogdet(_formed(d, U, W))[1]
''',
)
_TRACED = (
    '''
def _low_rank_solve(d, U, W, B):
    """The X with (diag(d) + U W^T) X = B; as a whole where the diagonal is too small for Woodbury's formula."""
    size, least, eps = _sizes(d, U, W)
    whole = lambda: jnp.linalg.solve(_formed(d, U, W), B)
    return jax.lax.cond(size * eps ** 0.5 < least, lambda: _woodbury(d, U, W, B, True), whole)
''',
    '''
def _low_rank_inverse(d, U, W):
    """The inverse of diag(d) + U W^T; formed as a whole first where the diagonal is too small for Woodbury's formula."""
    size, least, eps = _sizes(d, U, W)
    whole = lambda: jnp.linalg.inv(_formed(d, U, W))
    return jax.lax.cond(size * eps ** (1 / 3) < least, lambda: _inverted(d, U, W), whole)
''',
    '''
def _low_rank_logdet(d, U, W):
    """log |det(diag(d) + U W^T)|; of the whole matrix where the diagonal is too small for two smaller ones."""
    size, least, eps = _sizes(d, U, W)
    whole = lambda: jnp.linalg.slogdet(_formed(d, U, W))[1]
    return jax.lax.cond(size * eps ** 0.5 < least, lambda: _determined(d, U, W), whole)
''',
)


def low_rank_helpers(module: str) -> tuple[str, ...]:
    """The source of what generated code for a target brings along; JAX traces both ways and chooses when it runs."""
    symmetric = "_solve_symmetric(C, R) if W is U else np.linalg.solve(C, R)"
    words = {
        "ndim": "d.ndim" if module == "torch" else f"{module}.ndim(d)",
        "inner": symmetric if module == "np" else f"{module}.linalg.solve(C, R)",
    }
    out = []
    for source in (
        _SIZES,
        _FORMED,
        _CORE,
        _INNER,
        _WOODBURY,
        _INVERTED,
        _DETERMINED,
        *(_TRACED if module == "jnp" else _CHOOSING),
    ):
        for word, text in words.items():
            source = source.replace("{" + word + "}", text)
        out.append(source)
    return tuple(out)
