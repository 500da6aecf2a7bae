"""Writes distributions.txt beside this file: values of mpmath at 50 digits and more.

Inputs are doubles and are taken exactly. The incomplete gamma and beta functions are summed here
(series and continued fractions), as mpmath's own do not converge for large parameters.
Run: python make_distributions.py   (mpmath 1.3 or later)
"""
import pathlib
import random
import sys

import mpmath as mp
from mpmath import mpf

mp.mp.dps = 60
here = pathlib.Path(__file__).parent
rng = random.Random(20240501)


def lentz(coefficients, limit=2_000_000):
    """The continued fraction a1/(b1 + a2/(b2 + …))."""
    tiny = mpf(10) ** -2000
    f, c, d = tiny, tiny, mpf(0)
    for n in range(1, limit):
        a, b = coefficients(n)
        d = b + a * d or tiny
        c = b + a / c or tiny
        d = 1 / d
        f *= c * d
        if abs(c * d - 1) < mpf(10) ** -(mp.mp.dps - 5):
            return f
    raise ArithmeticError("no convergence")


def gamma_tails(a, x):
    """P(a, x), Q(a, x)."""
    a, x = mpf(a), mpf(x)
    if x <= 0:
        return mpf(0), mpf(1)
    front = mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1))
    if x < a + 1:
        term = total = mpf(1)
        n = 0
        while term > total * mpf(10) ** -mp.mp.dps:
            n += 1
            term *= x / (a + n)
            total += term
        p = front * total
        return p, 1 - p
    q = front * a * lentz(lambda n: (mpf(1), x + 1 - a) if n == 1 else (-(n - 1) * (n - 1 - a), x + 2 * n - 1 - a))
    return 1 - q, q


def beta_tails(a, b, x):
    """I_x(a, b) and its complement."""
    a, b, x = mpf(a), mpf(b), mpf(x)
    if x <= 0:
        return mpf(0), mpf(1)
    if x >= 1:
        return mpf(1), mpf(0)
    if x > (a + 1) / (a + b + 2):
        p, q = beta_tails_low(b, a, 1 - x)
        return q, p
    return beta_tails_low(a, b, x)


def beta_tails_low(a, b, x):
    front = mp.exp(
        mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b) + a * mp.log(x) + b * mp.log1p(-x)
    )

    def coefficients(n):
        if n == 1:
            return mpf(1), mpf(1)
        m, odd = divmod(n - 1, 2)
        if odd:
            return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), mpf(1)
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), mpf(1)

    p = front / a * lentz(coefficients)
    return p, 1 - p


def normal_tails(z):
    return mp.erfc(-z / mp.sqrt(2)) / 2, mp.erfc(z / mp.sqrt(2)) / 2


def poisson_mass(k, m):
    return mp.exp(k * mp.log(m) - m - mp.loggamma(k + 1))


# Each family: parameters -> (density, lower, upper) at x.
def normal(m, s, _, x):
    z = (x - m) / s
    return (mp.npdf(z) / s, *normal_tails(z))


def student(df, m, s, x):
    t = (x - m) / s
    density = mp.exp(
        mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - (df + 1) / 2 * mp.log1p(t * t / df)
    ) / mp.sqrt(df * mp.pi) / s
    far = beta_tails(df / 2, mpf(1) / 2, df / (df + t * t))[0] / 2
    return (density, 1 - far, far) if t > 0 else (density, far, 1 - far)


def gamma_family(a, s, _, x):
    y = x / s
    density = mp.exp((a - 1) * mp.log(y) - y - mp.loggamma(a)) / s
    return (density, *gamma_tails(a, y))


def chi_squared(df, _, __, x):
    return gamma_family(df / 2, mpf(2), 0, x)


def beta_family(a, b, _, x):
    density = mp.exp(
        (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
    )
    return (density, *beta_tails(a, b, x))


def f_family(m, n, _, x):
    y = m * x / (m * x + n)
    density = mp.exp(
        m / 2 * mp.log(y) + n / 2 * mp.log(n / (m * x + n))
        - mp.loggamma(m / 2) - mp.loggamma(n / 2) + mp.loggamma((m + n) / 2)
    ) / x
    return (density, *beta_tails(m / 2, n / 2, y))


def exponential(r, _, __, x):
    return r * mp.exp(-r * x), -mp.expm1(-r * x), mp.exp(-r * x)


def uniform(a, b, _, x):
    return 1 / (b - a), (x - a) / (b - a), (b - x) / (b - a)


def weibull(k, s, _, x):
    h = (x / s) ** k
    return k / s * (x / s) ** (k - 1) * mp.exp(-h), -mp.expm1(-h), mp.exp(-h)


def log_normal(m, s, _, x):
    z = (mp.log(x) - m) / s
    return (mp.npdf(z) / s / x, *normal_tails(z))


def cauchy(m, s, _, x):
    z = (x - m) / s
    return 1 / (mp.pi * s * (1 + z * z)), mpf(1) / 2 + mp.atan(z) / mp.pi, mpf(1) / 2 - mp.atan(z) / mp.pi


def laplace(m, s, _, x):
    z = abs(x - m) / s
    far = mp.exp(-z) / 2
    return (far / s, 1 - far, far) if x > m else (far / s, far, 1 - far)


def logistic(m, s, _, x):
    z = (x - m) / s
    return 1 / s / (mp.exp(z / 2) + mp.exp(-z / 2)) ** 2, 1 / (1 + mp.exp(-z)), 1 / (1 + mp.exp(z))


def pareto(s, a, _, x):
    u = (s / x) ** a
    return a / x * u, 1 - u, u


def gumbel(m, s, _, x):
    e = mp.exp(-(x - m) / s)
    return e * mp.exp(-e) / s, mp.exp(-e), -mp.expm1(-e)


def triangular(a, c, b, x):
    if x < c:
        low = (x - a) ** 2 / (b - a) / (c - a)
        return 2 * (x - a) / (b - a) / (c - a), low, 1 - low
    high = (b - x) ** 2 / (b - a) / (b - c)
    return 2 * (b - x) / (b - a) / (b - c), 1 - high, high


def inverse_gaussian(m, l, _, x):
    root = mp.sqrt(l / x)
    a, b = root * (x / m - 1), root * (x / m + 1)
    second = mp.exp(2 * l / m) * normal_tails(-b)[0]
    density = mp.sqrt(l / (2 * mp.pi * x**3)) * mp.exp(-l * (x - m) ** 2 / (2 * m * m * x))
    low, high = normal_tails(a)
    return density, low + second, high - second


def rayleigh(s, _, __, x):
    h = x * x / (2 * s * s)
    return x / s**2 * mp.exp(-h), -mp.expm1(-h), mp.exp(-h)


def maxwell(s, _, __, x):
    h = x * x / (2 * s * s)
    return (mp.sqrt(2 / mp.pi) * x * x / s**3 * mp.exp(-h), *gamma_tails(mpf(3) / 2, h))


def von_mises(m, k, _, x):
    edge = abs(x - m)
    peak = mp.cos(edge)
    # Pieces of one e-folding of the density at its edge, of sqrt(k) where it is flat there: mp.quad
    # adds too few points by itself where the density falls much faster than its pieces are long.
    fall = 1 / (k * mp.sin(edge) + mp.sqrt(k) + 1)
    cuts = [edge + j * fall for j in range(250) if edge + j * fall < mp.pi] + [mp.pi]
    front = mp.exp(k * peak) / (2 * mp.pi * mp.besseli(0, k))
    far = front * mp.quad(lambda t: mp.exp(k * (mp.cos(t) - peak)), cuts)
    return (front, 1 - far, far) if x > m else (front, far, 1 - far)


def mixture(half, parts, peak):
    """The sum of Poisson weights times parts(j)."""
    sums = [mpf(0)] * 3
    j, seen = 0, False
    while True:
        w = poisson_mass(mpf(j), half)
        values = parts(j)
        done = True
        for i in range(3):
            term = w * values[i]
            sums[i] += term
            done = done and term < sums[i] * mpf(10) ** -40
        if done and j > peak:
            return tuple(sums)
        j += 1


def noncentral_chi_squared(df, l, _, x):
    return mixture(l / 2, lambda j: gamma_family(df / 2 + j, mpf(2), 0, x), float(l) / 2 + float(x) / 2)


def noncentral_f(m, n, l, x):
    def parts(j):
        a = m / 2 + j
        ratio = m * x / n
        y = ratio / (1 + ratio)
        d = beta_family(a, n / 2, 0, y)
        return d[0] * y * (1 - y) / x, d[1], d[2]

    return mixture(l / 2, parts, float(l) * 2 + 20)


def noncentral_t(df, d, _, t):
    saved = mp.mp.dps
    mp.mp.dps = 60

    def density_root(s):  # of sqrt(chi-squared / df)
        return 2 * df * s * mp.exp((df / 2 - 1) * mp.log(df * s * s / 2) - df * s * s / 2 - mp.loggamma(df / 2)) / 2

    # The trapezoid rule in log s on a grid far finer than the integrand.
    out = [mpf(0)] * 3
    h = min(mpf(1) / 40, 1 / (8 * mp.sqrt(df + d * d / 4)))
    low = mp.floor((-mpf(90) / max(df, 1) - 6) / h) if df < 30 else mp.floor(-16 / mp.sqrt(2 * df) * 1.6 / h)
    peak = [mpf(0)] * 3
    k = int(low)
    rising = True
    while True:
        u = k * h
        s = mp.exp(u)
        w = density_root(s) * s * h
        z = t * s - d
        lower, upper = normal_tails(z)
        terms = (w * s * mp.npdf(z), w * lower, w * upper)
        for i in range(3):
            out[i] += terms[i]
        if u > 0.1 and all(terms[i] < out[i] * mpf(10) ** -32 for i in range(3)):
            break
        k += 1
    mp.mp.dps = saved
    return tuple(out)


def studentized_range(groups, df, _, q):
    if groups == 2:  # The range of two is the distance of two: Student's t.
        t = student(df, mpf(0), mpf(1), q / mp.sqrt(2))
        return t[0] * mp.sqrt(2), 1 - 2 * t[2], 2 * t[2]
    saved = mp.mp.dps
    mp.mp.dps = 30
    h = mpf(1) / 9
    lows = {}

    def inner(w):
        out = [mpf(0)] * 3
        for k in range(-90, 91 + int(w / h)):
            z = k * h
            if k not in lows:
                lows[k] = (mp.npdf(z), mp.ncdf(z))
            f, below = lows[k]
            near = mp.ncdf(z - w)
            d = below - near
            out[0] += groups * (groups - 1) * f * mp.npdf(z - w) * d ** (groups - 2) * h
            out[1] += groups * f * d ** (groups - 1) * h
            out[2] += groups * f * (below ** (groups - 1) - d ** (groups - 1)) * h
        return out

    out = [mpf(0)] * 3
    step = min(mpf(1) / 12, 1 / (5 * mp.sqrt(df)))
    k = int(mp.floor(-(mpf(70) / df + 5 / mp.sqrt(df)) / step))
    while True:
        u = k * step
        s = mp.exp(u)
        weight = df * mp.exp(df / 2 * mp.log(df * s * s / 2) - df * s * s / 2 - mp.loggamma(df / 2 + 1)) * step
        d = inner(q * s)
        for i, value in enumerate((d[0] * s, d[1], d[2])):
            out[i] += weight * value
        if u > 0.05 and weight < mpf(10) ** -25 and weight * d[2] < out[2] * mpf(10) ** -18:
            break
        k += 1
    mp.mp.dps = saved
    return tuple(out)


def binomial(n, p, _, k):
    mass = mp.exp(mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1) + k * mp.log(p) + (n - k) * mp.log1p(-p))
    high, low = beta_tails(k + 1, n - k, p)
    return mass, low, high


def negative_binomial(r, p, _, k):
    mass = mp.exp(mp.loggamma(k + r) - mp.loggamma(k + 1) - mp.loggamma(r) + r * mp.log(p) + k * mp.log1p(-p))
    return (mass, *beta_tails(r, k + 1, p))


def poisson(m, _, __, k):
    low, high = gamma_tails(k + 1, m)[::-1]
    return poisson_mass(k, m), low, high


def geometric(p, _, __, k):
    return p * (1 - p) ** (k - 1), -mp.expm1(k * mp.log1p(-p)), (1 - p) ** k


def hypergeometric(n, g, d, k):
    n, g, d, k = (int(v) for v in (n, g, d, k))
    total = mp.binomial(n, d)

    def mass(j):
        return mp.binomial(g, j) * mp.binomial(n - g, d - j) / total

    least, most = max(0, d + g - n), min(g, d)
    return mass(k), mp.fsum(mass(j) for j in range(least, k + 1)), mp.fsum(mass(j) for j in range(k + 1, most + 1))


def zipf(s, _, __, k):
    total = mp.zeta(s)
    high = mp.zeta(s, k + 1) / total
    return k**-s / total, 1 - high, high


def log_uniform(low, high):
    return 10 ** rng.uniform(low, high)


def near(center, spread):
    """A point whose distance from the centre is anything from the bulk to the far tail."""
    return center + spread * rng.choice([-1, 1]) * log_uniform(-1.5, 1.4)


def positive_near(center, spread):
    for _ in range(100):
        x = near(center, spread)
        if x > 0:
            return x
        if rng.random() < 0.3:
            return center * log_uniform(-6, 0)
    return center


def location_scale():
    return rng.gauss(0, 3), log_uniform(-2, 2)


def make(name):
    """Random parameters and a point for a family."""
    if name in ("cauchy", "laplace", "logistic", "gumbel", "normal"):
        m, s = location_scale()
        x = near(m, s)
        if name == "gumbel" and x < m - 5 * s:
            x = m - 5 * s * rng.random()
        return m, s, 0, x
    if name == "student":
        df = log_uniform(-1, 8) if rng.random() < 0.7 else rng.randint(1, 40)
        m, s = (0, 1) if rng.random() < 0.5 else location_scale()
        return df, m, s, m + s * rng.choice([-1, 1]) * log_uniform(-3, 1.5 if df > 30 else 6)
    if name == "gamma":
        a, s = log_uniform(-3, 7), log_uniform(-2, 2)
        return a, s, 0, s * positive_near(a, a**0.5)
    if name == "chi_squared":
        df = rng.choice([rng.randint(1, 60), log_uniform(-2, 8)])
        return df, 0, 0, positive_near(df, (2 * df) ** 0.5)
    if name == "beta":
        a, b = log_uniform(-2, 6), log_uniform(-2, 6)
        mean = a / (a + b)
        sd = (mean * (1 - mean) / (a + b + 1)) ** 0.5
        while True:
            x = near(mean, sd)
            if 0 < x < 1:
                return a, b, 0, x
            x = log_uniform(-8, 0) if rng.random() < 0.5 else 1 - log_uniform(-8, 0)
            if 0 < x < 1:
                return a, b, 0, x
    if name == "f":
        m, n = (rng.randint(1, 50), rng.randint(1, 500)) if rng.random() < 0.5 else (log_uniform(-1, 6), log_uniform(-1, 7))
        return m, n, 0, positive_near(1, (2 / m + 2 / n) ** 0.5)
    if name == "exponential":
        r = log_uniform(-3, 3)
        return r, 0, 0, log_uniform(-10, 2.8) / r
    if name == "uniform":
        a, w = location_scale()
        return a, a + w, 0, a + w * rng.random()
    if name == "weibull":
        k, s = log_uniform(-1, 2), log_uniform(-2, 2)
        return k, s, 0, s * log_uniform(-4, 2.8) ** (1 / k)
    if name == "log_normal":
        m, s = rng.gauss(0, 2), log_uniform(-1.5, 0.7)
        return m, s, 0, float(mp.exp(near(m, s)))
    if name == "pareto":
        s, a = log_uniform(-2, 2), log_uniform(-1, 2)
        return s, a, 0, s * (1 + log_uniform(-8, 3))
    if name == "triangular":
        a, w = location_scale()
        return a, a + w * rng.random(), a + w, a + w * rng.random()
    if name == "inverse_gaussian":
        m, l = log_uniform(-1, 1), log_uniform(-2, 3)
        sd = (m**3 / l) ** 0.5
        return m, l, 0, positive_near(m, sd)
    if name in ("rayleigh", "maxwell"):
        s = log_uniform(-2, 2)
        return s, 0, 0, s * log_uniform(-5, 1.5)
    if name == "von_mises":
        m, k = rng.uniform(-2, 2), log_uniform(-2, 3)
        return m, k, 0, m + rng.uniform(-1, 1) * min(3.1, 12 / k**0.5)
    if name == "noncentral_chi_squared":
        df, l = log_uniform(-0.5, 1.7), log_uniform(-1, 2)
        return df, l, 0, positive_near(df + l, (2 * df + 4 * l) ** 0.5)
    if name == "noncentral_f":
        m, n, l = log_uniform(0, 1.5), log_uniform(0.3, 2), log_uniform(-1, 1.7)
        return m, n, l, positive_near((m + l) / m, (2 / m + 2 / n) ** 0.5)
    if name == "noncentral_t":
        df, d = log_uniform(0, 2), rng.gauss(0, 3)
        return df, d, 0, near(d, (1 + d * d / (2 * df)) ** 0.5 * 0.6)
    if name == "studentized_range":
        groups = rng.choice([2, 2, 2, 3, 5, 12])
        return groups, rng.randint(2, 40), 0, log_uniform(-0.3, 1.2)
    if name == "binomial":
        n, p = int(log_uniform(0, 6)), rng.choice([rng.random(), log_uniform(-6, 0)])
        k = round(near(n * p, (n * p * (1 - p)) ** 0.5))
        return n, p, 0, min(max(k, 0), n - 1) if n > 1 else 0
    if name == "negative_binomial":
        r, p = log_uniform(-1, 3), rng.choice([rng.random(), log_uniform(-4, 0)])
        return r, p, 0, max(round(near(r * (1 - p) / p, (r * (1 - p)) ** 0.5 / p)), 0)
    if name == "poisson":
        m = log_uniform(-3, 6)
        return m, 0, 0, max(round(near(m, m**0.5)), 0)
    if name == "geometric":
        p = log_uniform(-6, 0)
        return p, 0, 0, max(1, round(log_uniform(-3, 2.5) / p))
    if name == "hypergeometric":
        n = int(log_uniform(0.5, 3.5))
        g, d = rng.randint(1, n), rng.randint(1, n)
        least, most = max(0, d + g - n), min(g, d)
        mean = d * g / n
        k = round(near(mean, max(mean, 1) ** 0.5 * 0.7))
        return n, g, d, min(max(k, least), most)
    if name == "zipf":
        return 1 + log_uniform(-1, 1), 0, 0, int(log_uniform(0, 5))
    raise KeyError(name)


families = {
    "normal": (normal, 60), "student": (student, 120), "chi_squared": (chi_squared, 60), "f": (f_family, 90),
    "gamma": (gamma_family, 90), "beta": (beta_family, 90), "exponential": (exponential, 20),
    "uniform": (uniform, 10), "weibull": (weibull, 30), "log_normal": (log_normal, 30),
    "cauchy": (cauchy, 30), "laplace": (laplace, 20), "logistic": (logistic, 20), "pareto": (pareto, 30),
    "gumbel": (gumbel, 30), "triangular": (triangular, 20), "inverse_gaussian": (inverse_gaussian, 60),
    "rayleigh": (rayleigh, 20), "maxwell": (maxwell, 20), "von_mises": (von_mises, 40),
    "noncentral_t": (noncentral_t, 40), "noncentral_f": (noncentral_f, 40),
    "noncentral_chi_squared": (noncentral_chi_squared, 40), "studentized_range": (studentized_range, 24),
    "binomial": (binomial, 60), "negative_binomial": (negative_binomial, 60), "poisson": (poisson, 60),
    "geometric": (geometric, 20), "hypergeometric": (hypergeometric, 40), "zipf": (zipf, 30),
}


# Points at the edge of what the families take.
extremes = {
    "student": [(1e8, 0, 1, 30), (1e8, 0, 1, -37), (0.01, 0, 1, 1e5), (1e6, 0, 1, 20), (3, 0, 1, -1e90)],
    "normal": [(0, 1, 0, -37.5), (0, 1, 0, 36), (1e8, 1, 0, 100000010.5), (0, 1e-300, 0, 3e-300)],
    "gamma": [
        (1e8, 1, 0, 1.003e8), (1e8, 1, 0, 0.997e8), (1e8, 3, 0, 3.0001e8), (1e-20, 1, 0, 1),
        (1e-5, 1, 0, 1e-300), (1e7, 1e-3, 0, 10100), (1e6, 1, 0, 980000), (5000, 1, 0, 3000),
        (5000, 1, 0, 7400), (200, 1, 0, 700), (1e-3, 1, 0, 600), (0.5, 1, 0, 690)],
    "chi_squared": [(1e8, 0, 0, 1.0005e8), (1, 0, 0, 1300), (1, 0, 0, 1e-250), (2e5, 0, 0, 170000)],
    "beta": [
        (1e7, 1e8, 0, 0.0905), (1e8, 1e7, 0, 0.9085), (1e-10, 1e-10, 0, 0.3), (1e-5, 1e5, 0, 1e-3),
        (1e6, 2, 0, 0.9995), (2, 1e6, 0, 3e-4), (1e5, 1e5, 0, 0.47), (1e5, 1e5, 0, 0.5)],
    "f": [(1e7, 1e8, 0, 1.01), (1, 1e8, 0, 900), (1e8, 1, 0, 1e-3), (1e8, 1e8, 0, 0.999), (2, 3, 0, 1e150)],
    "binomial": [(1e9, 0.3, 0, 300300000), (1e9, 0.3, 0, 299700000), (1e9, 1e-9, 0, 20), (1e7, 0.999, 0, 9991000)],
    "poisson": [(1e9, 0, 0, 1000500000), (1e9, 0, 0, 999500000), (1e-10, 0, 0, 3), (1e5, 0, 0, 110000)],
    "negative_binomial": [(1e6, 1e-3, 0, 1.01e9), (0.01, 1e-6, 0, 20000000), (1e6, 0.5, 0, 990000)],
    "inverse_gaussian": [(1, 1e-3, 0, 1e6), (1, 1e-6, 0, 1e4), (1, 1e4, 0, 1.2), (1, 1e4, 0, 0.8), (1e3, 1, 0, 1e5)],
    "von_mises": [(0, 1000, 0, 1), (0, 1e-3, 0, -3), (0, 300, 0, -1.2)],
    "noncentral_chi_squared": [(2, 2000, 0, 1500), (2, 2000, 0, 2700), (0.1, 50, 0, 1e-3)],
    "noncentral_t": [(3, 6, 0, -2), (50, -8, 0, 1.5), (10, 12, 0, 80)],
    "zipf": [(1.01, 0, 0, 1000000), (30, 0, 0, 50)],
}


def text(value):
    return mp.nstr(mpf(value), 19, strip_zeros=True)


def write_families():
    with open(here / "distributions.txt", "w") as out:
        out.write("# family a b c x density lower upper (mpmath %s)\n" % mp.__version__)
        for name, (function, count) in families.items():
            points = [make(name) for _ in range(count)] + extremes.get(name, [])
            for point in points:
                point = [float(v) for v in point]
                exact = [mpf(v) for v in point]
                try:
                    values = function(*exact)
                except ArithmeticError as error:
                    print(name, point, error, file=sys.stderr)
                    continue
                out.write(" ".join([name, *map(repr, point), *map(text, values)]) + "\n")
            print(name, file=sys.stderr, flush=True)


if __name__ == "__main__":
    write_families()
