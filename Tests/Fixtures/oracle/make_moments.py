"""Writes moments.txt beside this file: mean, variance, skewness, kurtosis, entropy, median by scipy.

Those of the von Mises are mpmath's: scipy 1.17 integrates its moments to 5 digits only.
Run: python make_moments.py   (scipy 1.17, mpmath 1.3)
"""
import pathlib

import mpmath
import numpy
import scipy
from scipy import stats



class VonMises:
    def __init__(self, location, kappa):
        self.location, self.kappa = location, mpmath.mpf(kappa)

    def moment(self, power):
        """The expected power of the angle, in pieces of half a standard deviation."""
        half = 1 / (2 * mpmath.sqrt(self.kappa))
        cuts = [j * half for j in range(60) if j * half < mpmath.pi] + [mpmath.pi]

        def integral(n):
            return mpmath.quad(lambda t: t**n * mpmath.exp(self.kappa * (mpmath.cos(t) - 1)), cuts)

        return integral(power) / integral(0)

    def stats(self, _):
        variance = self.moment(2)
        return self.location, variance, 0, self.moment(4) / variance**2 - 3

    def entropy(self):
        b0, b1 = mpmath.besseli(0, self.kappa), mpmath.besseli(1, self.kappa)
        return mpmath.log(2 * mpmath.pi * b0) - self.kappa * b1 / b0

    def median(self):
        return self.location


mpmath.mp.dps = 40
CASES = [
    ("normal", (2, 3, 0), stats.norm(2, 3)), ("student", (7, 1, 2), stats.t(7, 1, 2)),
    ("student", (4.5, 0, 1), stats.t(4.5)), ("chi_squared", (5, 0, 0), stats.chi2(5)),
    ("f", (5, 12, 0), stats.f(5, 12)), ("gamma", (2.5, 3, 0), stats.gamma(2.5, scale=3)),
    ("gamma", (0.3, 1, 0), stats.gamma(0.3)), ("beta", (2, 5, 0), stats.beta(2, 5)),
    ("beta", (0.5, 0.7, 0), stats.beta(0.5, 0.7)), ("exponential", (3, 0, 0), stats.expon(scale=1 / 3)),
    ("uniform", (2, 5, 0), stats.uniform(2, 3)), ("weibull", (1.5, 2, 0), stats.weibull_min(1.5, scale=2)),
    ("log_normal", (0.3, 0.5, 0), stats.lognorm(0.5, scale=numpy.exp(0.3))),
    ("laplace", (1, 2, 0), stats.laplace(1, 2)), ("logistic", (1, 2, 0), stats.logistic(1, 2)),
    ("pareto", (2, 5.5, 0), stats.pareto(5.5, scale=2)), ("gumbel", (1, 2, 0), stats.gumbel_r(1, 2)),
    ("triangular", (1, 2, 5), stats.triang(0.25, 1, 4)),
    ("inverse_gaussian", (2, 3, 0), stats.invgauss(2 / 3, scale=3)),
    ("rayleigh", (2, 0, 0), stats.rayleigh(scale=2)), ("maxwell", (2, 0, 0), stats.maxwell(scale=2)),
    ("noncentral_t", (8, 1.5, 0), stats.nct(8, 1.5)), ("noncentral_f", (4, 12, 3), stats.ncf(4, 12, 3)),
    ("noncentral_chi_squared", (4, 3, 0), stats.ncx2(4, 3)),
    ("von_mises", (0.5, 2, 0), VonMises(0.5, 2)), ("von_mises", (0, 120, 0), VonMises(0, 120)),
    ("binomial", (12, 0.3, 0), stats.binom(12, 0.3)), ("negative_binomial", (3.5, 0.4, 0), stats.nbinom(3.5, 0.4)),
    ("poisson", (4.2, 0, 0), stats.poisson(4.2)), ("geometric", (0.3, 0, 0), stats.geom(0.3)),
    ("hypergeometric", (50, 20, 12), stats.hypergeom(50, 20, 12)), ("zipf", (6.5, 0, 0), stats.zipf(6.5)),
]

with open(pathlib.Path(__file__).parent / "moments.txt", "w") as out:
    out.write(f"# family a b c mean variance skewness kurtosis entropy median (scipy {scipy.__version__})\n")
    for name, parameters, law in CASES:
        values = [*law.stats("mvsk"), law.entropy(), law.median()]
        out.write(" ".join([name, *map(str, parameters), *(repr(float(v)) for v in values)]) + "\n")
