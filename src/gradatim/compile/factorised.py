"""Source of the helpers of generated code that factorise a matrix, and solve and invert with its factors; `{m}` is the module of the target."""

FACTOR = '''
def _factor(A, symmetric=False):
    """A Cholesky factor where A is positive definite, an LU factorisation otherwise."""
    single = A.dtype == np.float32
    if symmetric:
        # A is symmetric, so its transpose is A in the order that LAPACK wants.
        upper, info = (lapack.spotrf if single else lapack.dpotrf)(A.T, clean=1)
        if info == 0:
            return upper, None
    lu, pivots, info = (lapack.sgetrf if single else lapack.dgetrf)(A)
    if info > 0:
        raise LinAlgError(f"a matrix of shape {A.shape} that is to be inverted is singular")
    return lu, pivots
'''
SOLVE = '''
def _solve(factor, B, transposed=False):
    """The X with A X = B, for the factorisation of A."""
    F, pivots = factor
    if pivots is None:
        return _solve_with_upper(F, B)
    return (lapack.sgetrs if F.dtype == np.float32 else lapack.dgetrs)(F, pivots, B, trans=int(transposed))[0]
'''
SOLVE_WITH_UPPER = '''
def _solve_with_upper(F, B):
    """The X with F.T @ F @ X = B for an upper triangular F; of many columns from the right, which is up to four times as fast."""
    if B.ndim == 1 or B.shape[1] < 32:
        return (lapack.spotrs if F.dtype == np.float32 else lapack.dpotrs)(F, B)[0]
    trsm = blas.strsm if F.dtype == np.float32 else blas.dtrsm
    return trsm(1.0, F, trsm(1.0, F, B.T, side=1), side=1, trans_a=1, overwrite_b=1).T
'''
INVERSE = '''
def _inverse(factor):
    """The inverse, for the factorisation of A."""
    F, pivots = factor
    if pivots is None:
        return _inverse_of_upper(F.copy("F"))
    return (lapack.sgetri if F.dtype == np.float32 else lapack.dgetri)(F, pivots)[0]
'''
INVERSE_OF_UPPER = '''
def _inverse_of_upper(F):
    """The inverse of F.T @ F, in the place of an upper triangular F; of middle sizes by halves, which are multiplied faster than LAPACK's columns."""
    trtri, lauum = (lapack.strtri, lapack.slauum) if F.dtype == np.float32 else (lapack.dtrtri, lapack.dlauum)
    if not 64 <= len(F) <= 512:
        F = trtri(F, overwrite_c=1)[0]
    else:
        k = len(F) // 2
        one, other = trtri(F[:k, :k])[0], trtri(F[k:, k:])[0]
        F[:k, k:] = one.dot(F[:k, k:]).dot(-other)
        F[:k, :k], F[k:, k:] = one, other
    half = lauum(F, overwrite_c=1)[0]
    _diagonal(half)[:] *= 0.5
    return half + half.T
'''
LOGDET = '''
def _logdet(factor):
    """log |det A|, for the factorisation of A."""
    F, pivots = factor
    logs = np.sum(np.log(np.abs(F.diagonal())))
    return 2 * logs if pivots is None else logs
'''
LOG_OF_DET = '''
def _log_of_det(A):
    """log det A through the logarithms of pivots; nan where the determinant is negative."""
    sign, logs = {m}.linalg.slogdet(A)
    return {m}.where(sign < 0, {m}.nan, logs)
'''
POSV = '''
def _solve_symmetric(A, B):
    """The X with A X = B for a symmetric A, by Cholesky's factorisation where A is positive definite."""
    if B.ndim == 1 or B.shape[1] < 32:
        _, X, info = (lapack.sposv if A.dtype == np.float32 else lapack.dposv)(A.T, B)
        return X if info == 0 else np.linalg.solve(A, B)
    upper, info = (lapack.spotrf if A.dtype == np.float32 else lapack.dpotrf)(A.T, clean=1)
    return _solve_with_upper(upper, B) if info == 0 else np.linalg.solve(A, B)
'''
GESV = '''
def _solve_general(A, B):
    """The X with A X = B; NumPy's own function takes longer to begin."""
    _, _, X, info = (lapack.sgesv if A.dtype == np.float32 else lapack.dgesv)(A, B)
    if info > 0:
        raise LinAlgError(f"a matrix of shape {A.shape} that is to be solved with is singular")
    return X
'''
INV_SYMMETRIC = '''
def _inverse_symmetric(A):
    """The inverse of a symmetric A, from its Cholesky factor where A is positive definite."""
    upper, info = (lapack.spotrf if A.dtype == np.float32 else lapack.dpotrf)(A.T, clean=1)
    return _inverse_of_upper(upper) if info == 0 else np.linalg.inv(A)
'''
TRIANGULAR = '''
def _solve_triangular(A, B, lower, transposed=False):
    """The X with A X = B for a triangular A."""
    return scipy.linalg.solve_triangular(A, B, lower=lower, trans=int(transposed))
'''
