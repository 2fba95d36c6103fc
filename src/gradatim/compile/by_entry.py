"""Source of the helpers of generated code that work entry by entry, or along an axis; `{m}` is the module of the target."""

SIGMOID_SLOPE = '''
def _sigmoid_slope(z):
    """sigmoid(z) (1 - sigmoid(z)) without cancellation."""
    t = {m}.exp(-{m}.abs(z))
    return t / (1 + t) ** 2
'''
SIGMOID_LESS = '''
def _sigmoid_less(z, y):
    """sigmoid(z) - y; where z > 0 as (1 - y) - sigmoid(-z), which keeps its digits for a y of 1."""
    s = {sigmoid}(-{m}.abs(z))
    return {m}.where(z > 0, 1 - y - s, s - y)
'''
SIGMOID_GAP = '''
def _sigmoid_gap(a, b):
    """sigmoid(a) - sigmoid(b), also where both are nearly 1 or nearly equal."""
    top, low = {m}.maximum(a, b), {m}.minimum(a, b)
    return -{m}.sign(a - b) * {sigmoid}(top) * {sigmoid}(-low) * {m}.expm1(low - top)
'''
SECH2 = '''
def _sech2(z):
    """1 - tanh(z)**2 without cancellation."""
    t = {m}.exp(-2 * {m}.abs(z))
    return 4 * t / (1 + t) ** 2
'''
SOFTPLUS = '''
def _softplus(z):
    """log(1 + exp(z)) without overflow."""
    return {m}.maximum(z, 0) + {m}.log1p({m}.exp(-{m}.abs(z)))
'''
LOG_COSH = '''
def _log_cosh(z):
    """log(cosh(z)) without overflow, and without cancellation near 0."""
    size = {m}.abs(z)
    near = {m}.log1p(2 * {m}.sinh({m}.where(size < 1, size, 0) / 2) ** 2)
    return {m}.where(size < 1, near, size - math.log(2) + {m}.log1p({m}.exp(-2 * size)))
'''
LOG1MEXP = '''
def _log1mexp(z):
    """log(1 - exp(z)) of z < 0 without cancellation."""
    far = {m}.log1p(-{m}.exp({m}.where(z > -0.7, -0.7, z)))
    return {m}.where(z > -0.7, {m}.log(-{m}.expm1(z)), far)
'''
SOFTMAX = '''
def _softmax(z, axis=None):
    """exp(z) over its sum, shifted by the largest entry."""
    e = {m}.exp(z - {m}.max(z, axis=axis, keepdims=True))
    return e / {m}.sum(e, axis=axis, keepdims=True)
'''
LOG_SOFTMAX = '''
def _log_softmax(z, axis=None):
    """log of the softmax, also where that vanishes; the largest entries make 1 each, so that the others count beside them."""
    z = z - {largest}
    others = {m}.sum({m}.where(z < 0, {m}.exp(z), 0), axis=axis, keepdims=True)
    return z - {m}.log1p({m}.sum(z == 0, axis=axis, keepdims=True, dtype=z.dtype) - 1 + others)
'''
LOGSUMEXP = '''
def _logsumexp(z, axis=None):
    """log of the sum of exp(z), shifted by the largest entry."""
    top = {m}.max(z, axis=axis, keepdims=True)
    return {m}.squeeze(top, axis=axis) + {m}.log({m}.sum({m}.exp(z - top), axis=axis))
'''
NORM = '''
def _norm(x, axis=None):
    """The 2-norm, without overflow or underflow of the squares."""
    top = {m}.max({m}.abs(x), axis=axis, keepdims=True)
    scale = {m}.where((top > 0) & (top < {m}.inf), top, 1)
    return {m}.squeeze(scale, axis=axis) * {m}.sqrt({m}.sum((x / scale) ** 2, axis=axis))
'''
UNIT = '''
def _unit(x, r):
    """x over its norm r; 0 where that is 0."""
    return x / {m}.where(r == 0, 1, r)
'''
UNIT_IN_NUMPY = UNIT.replace("{m}.where(r == 0, 1, r)", "(r or 1.0)")
PNORM = '''
def _pnorm(x, p, axis=None):
    """The p-norm, without overflow or underflow of the powers."""
    top = {m}.max({m}.abs(x), axis=axis, keepdims=True)
    scale = {m}.where((top > 0) & (top < {m}.inf), top, 1)
    return {m}.squeeze(scale, axis=axis) * {m}.sum({m}.abs(x / scale) ** p, axis=axis) ** (1 / p)
'''
LOG_SHARES = '''
def _log_shares(x, p):
    """log(abs(x) / r) with the p-norm r of all entries, to all digits also where it is nearly 0; very negative instead of -inf at 0."""
    size = {m}.abs(x)
    top = {m}.max(size)
    scale = {m}.where((top > 0) & (top < {m}.inf), top, 1)
    part = size / scale
    near = part > 0.5
    logs = {m}.where(near, {m}.log1p({m}.where(near, (size - scale) / scale, 0)), {m}.log({m}.where(part > 0, part, 1)))
    logs = {m}.where(part > 0, logs, -1e9)
    # The largest entries make 1 each, so that the others are not rounded away beside them.
    others = {m}.sum({m}.where(logs < 0, {m}.exp(p * logs), 0))
    return logs - {m}.log1p({m}.where(top > 0, {m}.sum(size == scale, dtype=size.dtype) - 1 + others, 0)) / p
'''
HUBER = '''
def _huber(x, d):
    """Half the square of x up to |x| = d, and the tangent beyond."""
    size = {m}.abs(x)
    return {m}.where(size <= d, size * size / 2, d * (size - d / 2))
'''
NEAR_ZERO = '''
def _near_zero(z, elsewhere, radius, power, step, coefficients):
    """z**power (c0 + c1 z**step + c2 z**(2 step) + ...) where |z| < radius; elsewhere what is given."""
    small, series = {m}.where({m}.abs(z) < radius, z, 0), 0
    for c in coefficients[::-1]:
        series = c + small**step * series
    return {m}.where({m}.abs(z) < radius, small**power * series, elsewhere)
'''
STRETCHES = '''
def _stretches(z, pieces):
    """Pieces with where z is in them; without those outside of what the precision of z holds."""
    top = float({m}.finfo(z.dtype).max)
    for low, high, *rest in pieces:
        if max(low, -high, rest[5]) <= top:
            low, high = (low if low == -math.inf else max(low, -top)), (high if high == math.inf else min(high, top))
            yield (low <= z) & (z <= high), low, high, rest
'''
ASIDE = '''
def _aside(z, other, pieces):
    """z where no piece is, and another number where one is."""
    z = kept = {array}
    for inside, *_ in _stretches(z, pieces):
        kept = {m}.where(inside, other, kept)
    return kept
'''
FITTED = '''
def _fitted(z, elsewhere, pieces):
    """In a piece z**power exp(rate z) (c0 + c1 t**step + ...), with a log|z| + b z + c z**2 added, t = (z - center) scale or (1/z - center) scale; else what is given."""
    z = {array}
    for inside, low, high, (power, rate, added, inverse, center, scale, step, coefficients) in _stretches(z, pieces):
        x = {m}.where(inside, z, max(low, min(high, 1.0)))
        t, series = (((1 / x if inverse else x) - center) * scale) ** step, coefficients[-1]
        for c in coefficients[-2::-1]:
            series = c + t * series
        half = {m}.exp(rate * x / 2) if rate else 1.0
        made = (x**power if power else 1.0) * series * half * half
        made = made + (added[0] * {m}.log({m}.abs(x)) + added[1] * x + added[2] * x * x) if added else made
        elsewhere = {m}.where(inside, made, elsewhere)
    return elsewhere
'''
GAMMA_RISE = '''
def _gamma_rise(x, d, n):
    """lgamma(x + d) - lgamma(x), or the same of the digamma (n = 0) or the trigamma function (n = 1), of positive x and d."""
    total = 0.0
    for k in range(10):
        u, v = 1 / (x + k), 1 / (x + k + d)
        total = total + (-{m}.log1p(d * u) if n < 0 else d * u * v if n == 0 else -d * u * v * (u + v))
    y = x + 10
    u, v = 1 / y, 1 / (y + d)
    less, powers = -d * u * v, [1.0]
    for k in range(1, 13):
        powers = [*powers, v**k + u * powers[-1]]
    numbers, series = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730), 0.0
    for k in range(1, 7):
        divisor = 2 * k * (2 * k - 1) if n < 0 else -2 * k if n == 0 else 1
        series = series + numbers[k - 1] / divisor * powers[2 * k - 1 + n]
    if n < 0:
        return total + d * ({m}.log(y) - 1) + (y + d - 0.5) * {m}.log1p(d * u) + less * series
    if n == 0:
        return total + {m}.log1p(d * u) + less * (series - 0.5)
    return total + less * (1 + powers[1] / 2 + series)
'''
LOG_BETA = '''
def _log_beta(a, b):
    """lgamma(a) + lgamma(b) - lgamma(a + b) of positive numbers."""
    small, large = {m}.minimum(a, b), {m}.maximum(a, b)
    return {lgamma}(small) - _gamma_rise(large, small, -1)
'''
MILLS_GAP = '''
def _mills_gap(x):
    """1 / (sqrt(pi) erfcx(x)) - x without cancellation; where x is large by its continued fraction."""
    near, far = {m}.where(x < 3, x, 3), {m}.where(x < 3, 3, x)
    tail = far
    for k in range(50, 1, -1):
        tail = far + k / 2 / tail
    return {m}.where(x < 3, 1 / (math.sqrt(math.pi) * {erfcx}(near)) - near, 0.5 / tail)
'''
ERFCX = '''
def _erfcx(x):
    """exp(x**2) erfc(x), where x is large by its continued fraction."""
    near, far = jnp.minimum(x, 3), jnp.maximum(x, 3)
    tail = far
    for k in range(50, 0, -1):
        tail = far + k / 2 / tail
    return jnp.where(x < 3, jnp.exp(near**2) * jax.scipy.special.erfc(near), 1 / (math.sqrt(math.pi) * tail))
'''
LOG_NDTR = '''
def _log_ndtr(x):
    """The logarithm of the normal distribution function."""
    below, above = jnp.minimum(x, 0) / math.sqrt(2), jnp.maximum(x, 0) / math.sqrt(2)
    return jnp.where(x < 0, jnp.log(_erfcx(-below) / 2) - below**2, jnp.log1p(-jax.scipy.special.erfc(above) / 2))
'''
XLOGY = '''
def _xlogy(y, x):
    """y log x, and 0 where y is 0."""
    return {m}.where(y == 0, 0, y * {m}.log({m}.where(y == 0, 1, x)))
'''
SECOND_BESSEL = '''
def _bessel{kind}2(x):
    """The {title} of order 2 by those of orders 0 and 1; near 0, where these cancel, by its series."""
    near, far = {m}.where({m}.abs(x) < 3, x, 0), {m}.where({m}.abs(x) < 3, 3, x)
    series = 1
    for k in range(20, 0, -1):
        series = 1 + {sign}(near / 2) ** 2 / (k * (k + 2)) * series
    beyond = {sign}({s}.{zero}(far) - 2 * {s}.{one}(far) / far)
    return {m}.where({m}.abs(x) < 3, near**2 / 8 * series{weight}, beyond)
'''


def second_bessel(special: str, *kinds: str) -> list[str]:
    """Helpers for a module that has the functions of orders 0 and 1 only."""
    names = {
        "i": ("modified Bessel function", "i0", "i1", "", ""),
        "ie": ("scaled modified Bessel function", "i0e", "i1e", "", " * {m}.exp(-{m}.abs(near))"),
        "j": ("Bessel function", "bessel_j0", "bessel_j1", "-", ""),
    }
    made = []
    for kind in kinds:
        text = SECOND_BESSEL.replace("{kind}", kind).replace("{s}", special)
        for field, value in zip(("title", "zero", "one", "sign", "weight"), names[kind]):
            text = text.replace(f"{{{field}}}", value)
        made.append(text)
    return made
