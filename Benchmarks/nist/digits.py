"""Digits of NIST's Statistical Reference Datasets: Apus beside scipy and statsmodels.

    digits.py RESULTS FOLDER [--alone]

RESULTS are the lines of nist-tool, FOLDER holds the sets; --alone leaves the peers out. Digits are LRE: −log10 of the relative
error, of the absolute error where the certified value is 0, at most 15. The bound of a set is what
exact arithmetic reaches on the doubles nearest to its data.
"""

import math
import re
import sys
import warnings
from collections import defaultdict
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path

PEERS = "--alone" not in sys.argv
if PEERS:
    import numpy as np
    import scipy.stats
    import statsmodels.api as sm
    from scipy.optimize import curve_fit
    from statsmodels.tsa.stattools import acf

    import models

warnings.filterwarnings("ignore")
getcontext().prec = 60
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][-+]?\d+)?"
UNIVARIATE = "PiDigits Lottery Lew Mavro Michelso NumAcc1 NumAcc2 NumAcc3 NumAcc4".split()
ANOVA = "SiRstv AtmWtAg SmLs01 SmLs02 SmLs03 SmLs04 SmLs05 SmLs06 SmLs07 SmLs08 SmLs09".split()
NONLINEAR = (
    "Misra1a Chwirut2 Chwirut1 Lanczos3 Gauss1 Gauss2 DanWood Misra1b Kirby2 Hahn1 Nelson MGH17 "
    "Lanczos1 Lanczos2 Gauss3 Misra1c Misra1d Roszman1 ENSO MGH09 Thurber BoxBOD Rat42 MGH10 "
    "Eckerle4 Rat43 Bennett5"
).split()
LINEAR = (
    "Norris Pontius NoInt1 NoInt2 Filip Longley Wampler1 Wampler2 Wampler3 Wampler4 Wampler5".split()
)


def digits(got, certified):
    if got is None or not math.isfinite(got):
        return 0.0
    error = abs(got - certified) / abs(certified) if certified else abs(got)
    return 15.0 if error == 0 else max(0.0, min(15.0, -math.log10(error)))


def least(got, certified):
    if got is None or len(got) != len(certified):
        return 0.0
    return min(digits(a, b) for a, b in zip(got, certified))


class Set:
    def __init__(self, folder, name):
        self.name = name
        self.lines = (folder / f"{name}.dat").read_text(errors="replace").splitlines()
        self.text = "\n".join(self.lines)

    def behind(self, pattern):
        start = max(i for i, line in enumerate(self.lines) if re.match(pattern, line + " ")) + 1
        rows = [line.split() for line in self.lines[start:]]
        return [
            [float(x) for x in row]
            for row in rows
            if row and all(re.fullmatch(NUMBER, x) for x in row)
        ]

    def table(self):
        return self.behind(r"\s*Data:?\s")

    def sample(self):
        return [row[0] for row in self.behind(r"\s*-{5,}")]

    def value(self, label):
        return float(re.search(re.escape(label) + r"\s*(" + NUMBER + ")", self.text).group(1))

    def linear(self):
        found = [
            [float(x) for x in re.findall(NUMBER, line.split("B", 1)[1])[1:3]]
            for line in self.lines
            if re.match(r"\s+B\d+\s", line)
        ]
        return [row[0] for row in found], [row[1] for row in found]

    def parameters(self):
        rows = [re.findall(NUMBER, line.split("=")[1]) for line in self.lines
                if re.match(r"\s*b\d\s*=", line) and len(line.split()) == 6]
        return [[float(row[i]) for row in rows] for i in range(4)]


def ours(path):
    found = defaultdict(list)
    for line in Path(path).read_text().splitlines():
        family, name, quantity, _, value = line.split("\t")
        found[name, quantity].append(float(value))
    return found


def exact_root(value):
    return float((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def univariate(folder, got):
    worst = 0.0
    print("\nUnivariate: mean, standard deviation, autocorrelation at lag 1")
    print(f"{'set':10} {'Apus':>17} {'bound':>17} {'numpy, statsmodels':>20}")
    for name in UNIVARIATE:
        data = Set(folder, name)
        certified = (
            (1000000.2, 0.1, -0.999) if name == "NumAcc3"
            else (data.value("ybar:"), data.value(" s:"), data.value("r(1):"))
        )
        y = data.sample()
        exact = [Fraction(v) for v in y]
        mean = sum(exact) / len(exact)
        squares = sum((v - mean) ** 2 for v in exact)
        products = sum((a - mean) * (b - mean) for a, b in zip(exact, exact[1:]))
        bound = (
            float(mean), exact_root(squares / (len(y) - 1)), float(products / squares)
        )
        peers = (
            (np.mean(y), np.std(y, ddof=1), acf(np.array(y), nlags=1, fft=False)[1])
            if PEERS else (None, None, None)
        )
        mine = [got[name, q][0] if got[name, q] else None for q in ("mean", "sd", "r1")]
        rows = [[digits(v, c) for v, c in zip(values, certified)] for values in (mine, bound, peers)]
        worst = max(worst, *(b - a for a, b in zip(rows[0], rows[1])))
        print(f"{name:10}" + "".join(" " * 3 + " ".join(f"{d:4.1f}" for d in row) for row in rows))
    return worst


def anova(folder, got):
    worst = 0.0
    print("\nAnalysis of variance: F")
    print(f"{'set':10} {'Apus':>6} {'bound':>6} {'scipy':>6} {'statsmodels':>12}")
    for name in ANOVA:
        data = Set(folder, name)
        certified = float(re.findall(NUMBER, next(x for x in data.lines if "Between" in x))[-1])
        table = data.table()
        groups = defaultdict(list)
        for group, value in table:
            groups[group].append(value)
        samples = list(groups.values())
        exact = [[Fraction(v) for v in sample] for sample in samples]
        n = sum(map(len, exact))
        center = sum(map(sum, exact)) / n
        means = [sum(sample) / len(sample) for sample in exact]
        between = sum(len(s) * (m - center) ** 2 for s, m in zip(exact, means))
        within = sum(sum((v - m) ** 2 for v in s) for s, m in zip(exact, means))
        k = len(samples)
        bound = digits(float(between / (k - 1) / (within / (n - k))), certified)
        peer = scipys = 0.0
        if PEERS:
            design = np.array([[float(g == h) for h in groups] for g, _ in table])
            design[:, 0] = 1
            peer = digits(sm.OLS(np.array([v for _, v in table]), design).fit().fvalue, certified)
            scipys = digits(scipy.stats.f_oneway(*samples).statistic, certified)
        mine = digits(got[name, "f"][0] if got[name, "f"] else None, certified)
        worst = max(worst, bound - mine)
        print(f"{name:10} {mine:6.1f} {bound:6.1f} {scipys:6.1f} {peer:12.1f}")
    return worst


def linear(folder, got):
    lowest = 15.0
    print("\nLinear regression: least digits of coefficients, of standard errors")
    print(f"{'set':10} {'Apus':>11} {'statsmodels':>12} {'its QR':>11} {'numpy lstsq':>12}")
    for name in LINEAR:
        data = Set(folder, name)
        b, se = data.linear()
        row = [(least(got[name, "b"], b), least(got[name, "se"], se))]
        lowest = min(lowest, *row[0])
        plain = 0.0
        if PEERS:
            table = np.array(data.table())
            y, x = table[:, 0], table[:, 1:]
            if name == "Longley":
                x = np.column_stack([np.ones(len(y)), x])
            elif not name.startswith("NoInt"):
                x = np.vander(x[:, 0], len(b), increasing=True)
            for method in ("pinv", "qr"):
                fit = sm.OLS(y, x).fit(method=method)
                row.append((least(fit.params, b), least(fit.bse, se)))
            plain = least(np.linalg.lstsq(x, y, rcond=None)[0], b)
        print(f"{name:10}" + "".join(f"   {p:4.1f} {q:4.1f}" for p, q in row) + f" {plain:12.1f}")
    return lowest


def curve_fitted(data, start, b, se):
    table = np.array(data.table())
    y = np.log(table[:, 0]) if data.name == "Nelson" else table[:, 0]
    x = table[:, 1:].T if table.shape[1] > 2 else table[:, 1]
    try:
        found, cov = curve_fit(
            models.MODELS[data.name], x, y, p0=start, xtol=1e-15, ftol=1e-15, gtol=1e-15,
            maxfev=20000)
    except RuntimeError:
        return 0.0, 0.0
    return least(found, b), least(np.sqrt(np.diag(cov)), se)


def nonlinear(folder, got):
    lowest, errors, count = 15.0, 15.0, 0
    print("\nNonlinear regression: least digits of parameters, of standard errors, from both starts")
    print(f"{'set':10} {'Apus, start 1, 2':>23} {'scipy curve_fit, start 1, 2':>30}")
    for name in NONLINEAR:
        data = Set(folder, name)
        first, second, b, se = data.parameters()
        mine, peers = [], []
        for which, start in enumerate((first, second), 1):
            mine.append((least(got[name, f"b{which}"], b), least(got[name, f"se{which}"], se)))
            if PEERS:
                peers.append(curve_fitted(data, start, b, se))
        lowest = min(lowest, mine[0][0], mine[1][0])
        errors = min(errors, mine[0][1], mine[1][1])
        count += all(p >= 8 and q >= 6 for p, q in mine)
        print(f"{name:10}" + "".join(f"   {p:4.1f} {q:4.1f}" for p, q in mine)
              + "    " + "".join(f"   {p:4.1f} {q:4.1f}" for p, q in peers))
    return lowest, errors, count


def main():
    got, folder = ours(sys.argv[1]), Path(sys.argv[2])
    univariate_short = univariate(folder, got)
    anova_short = anova(folder, got)
    linear_least = linear(folder, got)
    nonlinear_least, error_least, count = nonlinear(folder, got)
    print(f"\nnonlinear sets with 8 digits of parameters and 6 of errors from both starts: {count} of 27")
    print(f"digits linear-min {linear_least:.2f}")
    print(f"digits nonlinear-min {nonlinear_least:.2f}")
    print(f"digits nonlinear-errors-min {error_least:.2f}")
    print(f"digits anova-short-of-bound {anova_short:.2f}")
    print(f"digits univariate-short-of-bound {univariate_short:.2f}")


main()
