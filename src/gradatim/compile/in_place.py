"""Source of helpers that NumPy's code has in place of those that all targets share: in place, in few passes, at few entries with few calls."""

DIAGONAL = '''
def _diagonal(A):
    """The diagonal of a square matrix, to be written to."""
    return A.ravel("K")[:: len(A) + 1] if A.flags.forc else np.einsum("ii->i", A)
'''
ONES = '''
@lru_cache(maxsize=16)
def _ones(n, dtype):
    """Ones, made once for each length: along short rows a product with them takes less time than np.sum."""
    ones = np.ones(n, dtype)
    ones.flags.writeable = False
    return ones
'''
WIDE_PRODUCT = '''
def _wide_product(A, B):
    """A @ B, which is much larger than both, by blocks of rows that stay in the cache: BLAS writes every entry more than once."""
    out = np.empty((A.shape[0], B.shape[1]), A.dtype)
    rows = 1 + 65536 // B.shape[1]
    for k in range(0, len(out), rows):
        np.dot(A[k : k + rows], B, out=out[k : k + rows])
    return out
'''
OUTER_SUM = '''
def _outer_sum(A, B):
    """The sum of the products of every entry of A[r] with every one of B[r]."""
    whole = _wide_product(A.reshape(len(A), -1).T, B.reshape(len(B), -1))
    return whole.reshape(A.shape[1:] + B.shape[1:])
'''
WEIGHTED_GRAM = '''
def _weighted_gram(X, r):
    """Z.T @ Z for Z = X * r[:, None], by blocks of rows of Z that stay in the cache."""
    syrk = blas.ssyrk if X.dtype == np.float32 else blas.dsyrk
    rows = 1 + 131072 // X.shape[1]
    half = np.zeros((X.shape[1], X.shape[1]), X.dtype, "F")
    for k in range(0, len(X), rows):
        half = syrk(1.0, (X[k : k + rows] * r[k : k + rows, None]).T, beta=1.0, c=half, overwrite_c=1)
    _diagonal(half)[:] *= 0.5
    return half + half.T
'''
ADD_SCALED = '''
def _add_scaled(M, c, A):
    """M + c * A, in the place of M."""
    if not (M.flags.c_contiguous and A.flags.c_contiguous):
        M += c * A
        return M
    axpy = blas.saxpy if M.dtype == np.float32 else blas.daxpy
    return axpy(A.reshape(-1), M.reshape(-1), a=c).reshape(M.shape)
'''
ROW_SUMS = '''
def _row_sums(A):
    """The sum of each row."""
    return A.dot(_ones(A.shape[1], A.dtype))
'''
COLUMN_SUMS = '''
def _column_sums(A):
    """The sum of each column."""
    return _ones(A.shape[0], A.dtype).dot(A)
'''
TOTAL = '''
def _total(A):
    """The sum of all entries."""
    flat = A.ravel("K")
    return flat.dot(_ones(flat.size, flat.dtype))
'''
SOFTMAX = '''
def _softmax(z, axis=None):
    """exp(z) over its sum; shifted by the largest entry, unless all are small enough to do without."""
    if axis is None:
        e = np.exp(z - z.max())
        e /= e.sum()
        return e
    most, flat = 300 if z.dtype == np.float64 else 30, z.ravel("K")
    small = flat.dot(flat) < most * most or np.abs(z).max() < most
    e = np.exp(z if small else z - z.max(axis, keepdims=True))
    if e.ndim == 2 and e.shape[1] <= 512:
        e /= _row_sums(e)[:, None]
    else:
        e /= e.sum(axis, keepdims=True)
    return e
'''
SIGMOID = '''
@np.errstate(over="ignore")
def _sigmoid(z):
    """1 / (1 + exp(-z)), which is 0 where the exponential overflows; of many entries several times as fast as expit."""
    t = np.exp(-z)
    t += 1.0
    return 1.0 / t
'''
SIGMOID_SLOPE = '''
def _sigmoid_slope(z):
    """sigmoid(z) (1 - sigmoid(z)) without cancellation: by cosh(z / 2), or of few entries as sigmoid(z) sigmoid(-z)."""
    if z.size < 600:
        return expit(z) * expit(-z)
    with np.errstate(over="ignore"):
        c = np.cosh(0.5 * z)
        c *= c
        return 0.25 / c
'''
SIGMOID_LESS = '''
def _sigmoid_less(z, y):
    """sigmoid(z) - y; where z is positive as (1 - y) - sigmoid(-z), which keeps its digits for a y of 1."""
    s = np.abs(z)
    np.negative(s, s)
    s = expit(s) if s.size < 600 else _sigmoid(s)
    ones = np.copysign(0.5, z)
    ones += 0.5
    less = ones - y
    less -= np.copysign(s, z, s)
    return less
'''
SECH2 = '''
@np.errstate(over="ignore")
def _sech2(z):
    """1 - tanh(z)**2 as 1 / cosh(z)**2, without cancellation; 0 where that overflows."""
    c = np.cosh(z)
    c *= c
    return 1.0 / c
'''
SOFTPLUS = '''
def _softplus(z):
    """log(1 + exp(z)) without overflow."""
    t = np.abs(z)
    np.exp(np.negative(t, t), t)
    np.log1p(t, t)
    t += np.maximum(z, 0.0)
    return t
'''
NORM = '''
@np.errstate(over="ignore")
def _norm(x, axis=None):
    """The 2-norm, without overflow or underflow of the squares."""
    if axis is None and 1e-30 < (square := float(np.vdot(x, x))) < 1e30:
        return math.sqrt(square)
    top = np.max(np.abs(x), axis=axis, keepdims=True)
    scale = np.where((top > 0) & (top < np.inf), top, 1)
    return np.squeeze(scale, axis=axis) * np.sqrt(np.sum((x / scale) ** 2, axis=axis))
'''
STRETCHES = '''
def _stretches(z, pieces):
    """Pieces with where z is in them; without those in which nothing of it is."""
    top, least, most = float(np.finfo(z.dtype).max), np.fmin.reduce(z, None), np.fmax.reduce(z, None)
    for low, high, *rest in pieces:
        if max(low, -high, rest[5]) <= top:
            low, high = (low if low == -math.inf else max(low, -top)), (high if high == math.inf else min(high, top))
            if low <= most and least <= high and (inside := (low <= z) & (z <= high)).any():
                yield inside, low, high, rest
'''
FITTED = '''
def _fitted(z, elsewhere, pieces):
    """In a piece z**power exp(rate z) (c0 + c1 t**step + ...), with a log|z| + b z + c z**2 added, t = (z - center) scale or (1/z - center) scale; else what is given."""
    z, out = np.asarray(z), elsewhere
    for inside, _, _, (power, rate, added, inverse, center, scale, step, coefficients) in _stretches(z, pieces):
        x = z[inside]
        t, series = (((1 / x if inverse else x) - center) * scale) ** step, coefficients[-1]
        for c in coefficients[-2::-1]:
            series = c + t * series
        half = np.exp(rate * x / 2) if rate else 1.0
        made = (x**power if power else 1.0) * series * half * half
        out = np.array(elsewhere) if out is elsewhere else out
        out[inside] = made + (added[0] * np.log(np.abs(x)) + added[1] * x + added[2] * x * x) if added else made
    return out
'''
