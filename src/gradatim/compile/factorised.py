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
    single = F.dtype == np.float32
    if pivots is None:
        return (lapack.spotrs if single else lapack.dpotrs)(F, B)[0]
    return (lapack.sgetrs if single else lapack.dgetrs)(F, pivots, B, trans=int(transposed))[0]
'''
INVERSE = '''
def _inverse(factor):
    """The inverse, for the factorisation of A."""
    F, pivots = factor
    single = F.dtype == np.float32
    if pivots is None:
        half = (lapack.spotri if single else lapack.dpotri)(F)[0]
        return half + np.triu(half, 1).T
    return (lapack.sgetri if single else lapack.dgetri)(F, pivots)[0]
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
    _, X, info = (lapack.sposv if A.dtype == np.float32 else lapack.dposv)(A.T, B)
    return X if info == 0 else np.linalg.solve(A, B)
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
    single = A.dtype == np.float32
    upper, info = (lapack.spotrf if single else lapack.dpotrf)(A.T, clean=1)
    if info != 0:
        return np.linalg.inv(A)
    half = (lapack.spotri if single else lapack.dpotri)(upper)[0]
    return half + np.triu(half, 1).T
'''
TRIANGULAR = '''
def _solve_triangular(A, B, lower, transposed=False):
    """The X with A X = B for a triangular A."""
    return scipy.linalg.solve_triangular(A, B, lower=lower, trans=int(transposed))
'''
