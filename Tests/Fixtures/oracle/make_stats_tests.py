"""Numbers of scipy and statsmodels for the descriptive statistics, tests and resampling of ApusStats.

Writes stats_tests.json beside this file. Each case holds its inputs and what peers make of them.
Random inputs come from a fixed seed, with ties, missing values and tiny samples among them.
"""

import json
import math
import pathlib
import warnings

import numpy as np
import scipy
import scipy.special as special
import scipy.stats as st
import statsmodels
import statsmodels.api as sm
import statsmodels.stats.api as sms
from statsmodels.stats import contingency_tables, multitest, proportion, weightstats
from statsmodels.stats.diagnostic import normal_ad
from statsmodels.stats.dist_dependence_measures import distance_correlation
from statsmodels.stats.power import FTestAnovaPower, NormalIndPower, TTestIndPower, TTestPower

warnings.simplefilter("ignore")
random = np.random.default_rng(20_240_611)
METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf",
    "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased",
]


def plain(value):
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, (np.floating, float)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return value


def sample(size, kind):
    match kind:
        case "normal":
            return np.round(random.normal(3, 2, size), 6)
        case "ties":
            return random.integers(0, max(3, size // 3), size).astype(float)
        case "skewed":
            return np.round(random.lognormal(0, 1, size), 6)
        case "large":
            return np.round(1e7 + random.normal(0, 0.1, size), 6)


SAMPLES = [
    sample(size, kind)
    for size, kind in [
        (3, "normal"), (5, "ties"), (8, "normal"), (12, "ties"), (25, "normal"), (40, "ties"),
        (60, "skewed"), (200, "normal"), (11, "skewed"), (30, "large"),
    ]
]


def descriptive(x):
    case = {"x": x}
    case["mean"] = math.fsum(x) / len(x)
    case["variance"] = np.var(x - x[0], ddof=1)
    case["sem"] = st.sem(x - x[0])
    case["skewness"] = st.skew(x - np.mean(x))
    case["kurtosis"] = st.kurtosis(x - np.mean(x))
    if len(x) > 3:
        case["skewness_unbiased"] = st.skew(x - np.mean(x), bias=False)
        case["kurtosis_unbiased"] = st.kurtosis(x - np.mean(x), bias=False)
    ps = [0, 0.05, 0.25, 1 / 3, 0.5, 0.6, 0.75, 0.9, 0.99, 1]
    case["ps"] = ps
    case["quantiles"] = [np.quantile(x, ps, method=method) for method in METHODS]
    case["mad"] = st.median_abs_deviation(x)
    case["trimmed"] = st.trim_mean(x, 0.1)
    case["winsorized"] = float(np.mean(st.mstats.winsorize(x, (0.1, 0.1))))
    if (x > 0).all():
        case["geometric"] = st.gmean(x)
        case["harmonic"] = st.hmean(x)
    case["mode"] = st.mode(x).mode
    case["entropy"] = st.entropy(np.unique(x, return_counts=True)[1])
    weights = np.round(random.uniform(0.5, 3, len(x)), 3)
    described = weightstats.DescrStatsW(x, weights, ddof=1)
    case["weights"] = weights
    case["weighted_mean"] = described.mean
    case["weighted_variance"] = np.cov(x, fweights=None, aweights=weights)
    case["weighted_frequency_variance"] = described.var
    case["weighted_quantiles"] = np.quantile(x, ps, weights=weights, method="inverted_cdf")
    return case


def ci(interval):
    return [interval.low, interval.high]


def correlations(n, kind):
    x, y = sample(n, kind), sample(n, kind)
    y = y + (np.round(0.5 * x) if kind == "ties" else 0.5 * x)
    case = {"x": x, "y": y}
    pearson = st.pearsonr(x, y)
    case["pearson"] = [pearson.statistic, pearson.pvalue]
    case["pearson_interval"] = ci(pearson.confidence_interval()) if n > 3 else [None, None]
    case["pearson_greater"] = st.pearsonr(x, y, alternative="greater").pvalue
    spearman = st.spearmanr(x, y)
    case["spearman"] = [spearman.statistic, spearman.pvalue]
    kendall = st.kendalltau(x, y)
    case["kendall"] = [kendall.statistic, kendall.pvalue]
    case["kendall_less"] = st.kendalltau(x, y, alternative="less").pvalue
    case["distance"] = distance_correlation(x, y)
    z = sample(n, "normal")
    case["z"] = z
    if n > 5:
        design = np.column_stack([np.ones(n), z])
        rx = x - design @ np.linalg.lstsq(design, x, rcond=None)[0]
        ry = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        r = float(np.corrcoef(rx, ry)[0, 1])
        t = r * math.sqrt((n - 3) / (1 - r * r))
        case["partial"] = [r, 2 * st.t.sf(abs(t), n - 3)]
    case["covariance"] = np.cov(x, y)[0, 1]
    return case


def noncentral_t_interval(t, df):
    """The noncentralities between which t lies, by the root of scipy's cdf."""
    from scipy.optimize import brentq

    low = brentq(lambda s: st.nct.cdf(t, df, s) - 0.975, t - 12, t + 6, xtol=1e-13)
    high = brentq(lambda s: st.nct.cdf(t, df, s) - 0.025, t - 6, t + 12, xtol=1e-13)
    return [low, high]


def two_samples(n, m, kind):
    x, y = sample(n, kind), sample(m, kind)
    y = y + (1 if kind == "ties" else 0.7)
    case = {"x": x, "y": y}
    for name, equal in [("student", True), ("welch", False)]:
        found = st.ttest_ind(x, y, equal_var=equal)
        case[name] = [found.statistic, found.df, found.pvalue, *ci(found.confidence_interval())]
        case[name + "_less"] = st.ttest_ind(x, y, equal_var=equal, alternative="less").pvalue
    pooled = math.sqrt(((n - 1) * np.var(x, ddof=1) + (m - 1) * np.var(y, ddof=1)) / (n + m - 2))
    d = (np.mean(x) - np.mean(y)) / pooled
    scale = math.sqrt(1 / n + 1 / m)
    case["d"] = [d, *[scale * s for s in noncentral_t_interval(d / scale, n + m - 2)]]
    df = n + m - 2
    case["g"] = d * math.exp(
        special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / math.sqrt(df / 2)
    one = st.ttest_1samp(x, 2.5)
    case["one"] = [one.statistic, one.df, one.pvalue, *ci(one.confidence_interval())]
    case["one_greater"] = st.ttest_1samp(x, 2.5, alternative="greater").pvalue
    if len(np.unique(np.concatenate([x, y]))) == n + m and min(n, m) < 30:
        exact = st.mannwhitneyu(x, y, method="exact")
        case["mannwhitney_exact"] = [exact.statistic, exact.pvalue]
        case["mannwhitney_exact_less"] = st.mannwhitneyu(
            x, y, method="exact", alternative="less").pvalue
    for alternative in ["two-sided", "less", "greater"]:
        found = st.mannwhitneyu(x, y, method="asymptotic", alternative=alternative)
        case["mannwhitney_" + alternative] = [found.statistic, found.pvalue]
        found = st.ks_2samp(x, y, method="exact", alternative=alternative)
        case["ks_" + alternative] = [found.statistic, found.pvalue]
        found = st.ks_1samp(x, st.norm(3, 2).cdf, alternative=alternative, method="exact")
        case["ks1_" + alternative] = [found.statistic, found.pvalue]
    size = min(n, m)
    a, b = x[:size], y[:size]
    paired = st.ttest_rel(a, b)
    case["paired"] = [paired.statistic, paired.df, paired.pvalue, *ci(paired.confidence_interval())]
    differences = a - b
    kept = differences[differences != 0]
    if len(np.unique(np.abs(kept))) == len(kept):
        exact = st.wilcoxon(kept, method="exact", alternative="greater")
        case["wilcoxon_exact"] = [exact.statistic, exact.pvalue]
        case["wilcoxon_exact_two"] = st.wilcoxon(kept, method="exact").pvalue
    found = st.wilcoxon(kept, method="asymptotic", alternative="greater")
    case["wilcoxon_asymptotic"] = [found.statistic, found.pvalue]
    return case


def royston(x):
    """AS R94 with exact normal quantiles (scipy's own are good to about nine digits)."""
    x = np.sort(x)
    n = len(x)
    half = n // 2
    if n == 3:
        a = np.array([math.sqrt(0.5)])
    else:
        m = special.ndtri((np.arange(1, half + 1) - 0.375) / (n + 0.25))
        summ2 = 2 * np.sum(m**2)
        rsn = 1 / math.sqrt(n)
        poly = np.polynomial.polynomial.polyval
        a1 = poly(rsn, [0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056]) - m[0] / math.sqrt(summ2)
        if n > 5:
            a2 = poly(rsn, [0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633]) - m[1] / math.sqrt(summ2)
            fac = math.sqrt((summ2 - 2 * m[0]**2 - 2 * m[1]**2) / (1 - 2 * a1**2 - 2 * a2**2))
            a = np.concatenate([[a1, a2], -m[2:] / fac])
        else:
            fac = math.sqrt((summ2 - 2 * m[0]**2) / (1 - 2 * a1**2))
            a = np.concatenate([[a1], -m[1:] / fac])
    full = np.zeros(n)
    full[:half] = -a
    full[n - half:] = a[::-1]
    d = x - np.mean(x)
    return float(np.dot(full, d)**2 / (np.dot(full, full) * np.dot(d, d)))


def normality(x):
    case = {"x": x}
    shapiro = st.shapiro(x)
    case["shapiro"] = [shapiro.statistic, shapiro.pvalue]
    case["royston"] = royston(x)
    jb = st.jarque_bera(x)
    case["jarque_bera"] = [jb.statistic, jb.pvalue]
    if len(x) >= 8:
        case["anderson"] = list(normal_ad(x))
        k2 = st.normaltest(x)
        case["dagostino"] = [k2.statistic, k2.pvalue]
    return case


def groups(sizes, kind):
    data = [sample(size, kind) + 0.5 * place for place, size in enumerate(sizes)]
    case = {"groups": data}
    f = st.f_oneway(*data)
    case["anova"] = [f.statistic, f.pvalue]
    welch = sms.anova_oneway(data, use_var="unequal", welch_correction=True)
    case["welch"] = [welch.statistic, welch.df[1], welch.pvalue]
    tukey = st.tukey_hsd(*data)
    interval = tukey.confidence_interval()
    case["tukey"] = [
        [tukey.statistic[i, j], tukey.pvalue[i, j], interval.low[i, j], interval.high[i, j]]
        for i in range(len(data)) for j in range(i + 1, len(data))
    ]
    for name, found in [
        ("kruskal", st.kruskal(*data)), ("levene", st.levene(*data)),
        ("levene_mean", st.levene(*data, center="mean")), ("bartlett", st.bartlett(*data)),
        ("fligner", st.fligner(*data)),
    ]:
        case[name] = [found.statistic, found.pvalue]
    if len(set(sizes)) == 1 and len(sizes) > 2:
        found = st.friedmanchisquare(*data)
        case["friedman"] = [found.statistic, found.pvalue]
    k, n = len(data), sum(sizes)
    all_values = np.concatenate(data)
    total = np.sum((all_values - all_values.mean())**2)
    within = sum(np.sum((g - g.mean())**2) for g in data)
    case["eta2"] = 1 - within / total
    ms = within / (n - k)
    case["omega2"] = max(0, (total - within - (k - 1) * ms) / (total + ms))
    return case


def tables():
    result = []
    for counts in [[[8, 2], [1, 5]], [[12, 30], [25, 19]], [[0, 6], [7, 3]], [[100, 120], [90, 200]]]:
        case = {"counts": counts}
        for name, correction in [("plain", False), ("yates", True)]:
            found = st.chi2_contingency(counts, correction=correction)
            case[name] = [found.statistic, found.dof, found.pvalue]
        for alternative in ["two-sided", "less", "greater"]:
            case["fisher_" + alternative] = st.fisher_exact(counts, alternative).pvalue
        odds = st.contingency.odds_ratio(np.array(counts), kind="conditional")
        case["odds"] = [odds.statistic, *odds.confidence_interval(0.95)]
        case["cramer"] = st.contingency.association(np.array(counts), "cramer")
        if counts[0][1] + counts[1][0] > 0:
            exact = contingency_tables.mcnemar(counts, exact=True)
            case["mcnemar_exact"] = [exact.statistic, exact.pvalue]
            rough = contingency_tables.mcnemar(counts, exact=False, correction=True)
            case["mcnemar"] = [rough.statistic, rough.pvalue]
        result.append(case)
    for counts in [[[3, 1, 4], [2, 6, 1], [0, 2, 5]], [[5, 0, 1, 2], [1, 4, 2, 2]], [[1, 7], [4, 4], [6, 2]]]:
        found = st.chi2_contingency(counts)
        # All tables with these sums, by brute force.
        rows, columns = np.sum(counts, 1), np.sum(counts, 0)
        chances = list(every_table(list(rows), list(columns)))
        observed = log_chance(np.array(counts), rows, columns)
        p = math.fsum(math.exp(c) for c in chances if c <= observed + 1e-7)
        result.append({
            "counts": counts, "plain": [found.statistic, found.dof, found.pvalue],
            "cramer": st.contingency.association(np.array(counts), "cramer"), "fisher": p,
        })
    return result


def log_chance(table, rows, columns):
    log = special.gammaln
    return float(np.sum(log(rows + 1)) + np.sum(log(columns + 1)) - log(rows.sum() + 1)
                 - np.sum(log(table + 1)))


def every_table(rows, columns):
    def fill(left, column, picked):
        if column == len(columns):
            yield log_chance(np.array(picked).T, np.array(rows), np.array(columns))
            return
        yield from split(left, column, picked, [], columns[column])

    def split(left, column, picked, cells, rest):
        row = len(cells)
        if row == len(left):
            if rest == 0:
                yield from fill([a - b for a, b in zip(left, cells)], column + 1, picked + [cells])
            return
        for count in range(min(rest, left[row]) + 1):
            yield from split(left, column, picked, cells + [count], rest - count)

    return fill(rows, 0, [])


def proportions():
    result = []
    for successes, trials, p in [(3, 10, 0.5), (0, 7, 0.3), (17, 20, 0.5), (260, 400, 0.6), (9, 9, 0.7)]:
        case = {"successes": successes, "trials": trials, "p": p}
        for alternative in ["two-sided", "less", "greater"]:
            case["binomial_" + alternative] = st.binomtest(successes, trials, p, alternative).pvalue
        exact = st.binomtest(successes, trials, p)
        case["exact"] = ci(exact.proportion_ci(method="exact"))
        case["wilson"] = ci(exact.proportion_ci(method="wilson"))
        for ours, theirs in [("normal", "normal"), ("agrestiCoull", "agresti_coull"), ("jeffreys", "jeffreys")]:
            case[ours] = list(proportion.proportion_confint(successes, trials, method=theirs))
        case["z"] = list(proportion.proportions_ztest(successes, trials, p, prop_var=p))
        result.append(case)
    two = proportion.proportions_ztest([30, 45], [100, 110])
    low, high = proportion.confint_proportions_2indep(30, 100, 45, 110, method="newcomb")
    return {"one": result, "two": [*two, low, high]}


def runs(x):
    from statsmodels.sandbox.stats.runs import runstest_1samp

    return {"x": x, "z": list(runstest_1samp(x, cutoff="median", correction=False))}


def corrections():
    p = np.round(random.uniform(0, 1, 12)**2, 6)
    p[3] = p[7]
    names = {
        "bonferroni": "bonferroni", "holm": "holm", "hochberg": "simes-hochberg",
        "benjaminiHochberg": "fdr_bh", "benjaminiYekutieli": "fdr_by",
    }
    return {"p": p, **{ours: multitest.multipletests(p, method=theirs)[1] for ours, theirs in names.items()}}


def power():
    two = TTestIndPower()
    one = TTestPower()
    f = FTestAnovaPower()
    z = NormalIndPower()
    return {
        "two": [[d, n, ratio, two.power(d, n, 0.05, ratio)] for d, n, ratio in
                [(0.5, 20, 1), (0.2, 100, 2), (1.2, 6, 1)]],
        "two_larger": two.power(0.5, 30, 0.05, alternative="larger"),
        "one": [[d, n, one.power(d, n, 0.05)] for d, n in [(0.5, 20), (0.3, 60)]],
        "anova": [[e, n, k, f.power(e, n * k, 0.05, k)] for e, n, k in [(0.25, 20, 3), (0.4, 10, 4)]],
        "proportions": z.power(
            proportion.proportion_effectsize(0.4, 0.25), 90, 0.05, 1),
        "size_two": two.solve_power(0.5, None, 0.05, 0.8),
    }


def resampling():
    x = sample(30, "skewed")
    y = sample(6, "normal")
    z = sample(5, "normal")
    distribution = np.round(np.mean(x[random.integers(0, 30, (999, 30))], axis=1), 9)
    case = {"x": x, "distribution": distribution, "estimate": float(np.mean(x))}
    from types import SimpleNamespace

    for ours, theirs in [("percentile", "percentile"), ("basic", "basic"), ("bca", "BCa")]:
        prior = SimpleNamespace(bootstrap_distribution=distribution)
        found = st.bootstrap((x,), np.mean, n_resamples=0, bootstrap_result=prior, method=theirs)
        case[ours] = ci(found.confidence_interval)
    left = [np.std(np.delete(x, i), ddof=1) for i in range(30)]
    n = 30
    whole = np.std(x, ddof=1)
    case["jackknife"] = [
        (n - 1) * (np.mean(left) - whole),
        math.sqrt((n - 1) / n * np.sum((left - np.mean(left))**2)),
    ]
    difference = lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis)
    case["y"], case["z"] = y, z
    for kind, data in [("independent", (y, z)), ("samples", (y[:5], z))]:
        for alternative in ["two-sided", "less", "greater"]:
            found = st.permutation_test(
                data, difference, permutation_type=kind, n_resamples=np.inf, alternative=alternative)
            case[f"{kind}_{alternative}"] = found.pvalue
    pearson = lambda b: st.pearsonr(y[:5], b).statistic
    case["pairings"] = st.permutation_test(
        (z,), pearson, permutation_type="pairings", n_resamples=np.inf, vectorized=False).pvalue
    return case


def densities():
    x = sample(80, "skewed")
    weights = np.round(random.uniform(0.5, 2, 80), 3)
    y = np.round(0.5 * x + random.normal(0, 1, 80), 6)
    at = np.linspace(-1, 6, 15)
    case = {"x": x, "y": y, "weights": weights, "at": at}
    for method in ["scott", "silverman"]:
        kde = st.gaussian_kde(x, method)
        case[method] = [kde.factor * np.std(x, ddof=1), kde(at)]
    weighted = st.gaussian_kde(x, "scott", weights)
    case["weighted"] = [math.sqrt(weighted.covariance[0, 0]), weighted(at)]
    case["integral"] = st.gaussian_kde(x, "scott").integrate_box_1d(0, 2)
    both = st.gaussian_kde(np.vstack([x, y]))
    points = np.vstack([np.linspace(0, 4, 6), np.linspace(-1, 3, 6)])
    case["points"] = points
    case["both"] = both(points)
    case["isj"] = isj(x)
    return case


def isj(x, count=1 << 14):
    """Botev, Grotowski and Kroese 2010: the bandwidth of their fixed point."""
    from scipy.fft import dct
    from scipy.optimize import brentq

    low, high = x.min(), x.max()
    reach = high - low
    low, high = low - reach / 10, high + reach / 10
    step = (high - low) / (count - 1)
    place = (x - low) / step
    base = np.floor(place).astype(int)
    weight = place - base
    data = np.bincount(base, 1 - weight, count) + np.bincount(np.minimum(base + 1, count - 1), weight, count)
    a = dct(data / len(x), type=2)
    squares = (a[1:] / 2)**2
    index = np.arange(1, count)**2.0
    n = len(np.unique(x))

    def fixed_point(t):
        f = 2 * np.pi**14 * np.sum(index**7 * squares * np.exp(-index * np.pi**2 * t))
        for s in range(6, 1, -1):
            k0 = np.prod(np.arange(1, 2 * s, 2.0)) / math.sqrt(2 * np.pi)
            const = (1 + 0.5**(s + 0.5)) / 3
            time = (2 * const * k0 / n / f)**(2 / (3 + 2 * s))
            f = 2 * np.pi**(2 * s) * np.sum(index**s * squares * np.exp(-index * np.pi**2 * time))
        return t - (2 * n * math.sqrt(np.pi) * f)**(-2 / 5)

    high_t = 1e-12
    while fixed_point(high_t) <= 0:
        high_t *= 2
    t = brentq(fixed_point, high_t / 2, high_t, xtol=1e-18, rtol=1e-14)
    return math.sqrt(t) * step * count


content = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "descriptive": [descriptive(x) for x in SAMPLES],
    "correlations": [
        correlations(n, kind) for n, kind in
        [(4, "normal"), (9, "normal"), (20, "ties"), (33, "normal"), (60, "ties"), (80, "skewed"), (150, "normal")]
    ],
    "two": [
        two_samples(n, m, kind) for n, m, kind in
        [(3, 4, "normal"), (7, 9, "normal"), (12, 8, "ties"), (20, 31, "skewed"), (45, 30, "normal"), (60, 80, "ties")]
    ],
    "normality": [normality(x) for x in SAMPLES[:9]],
    "groups": [
        groups(sizes, kind) for sizes, kind in
        [([5, 7], "normal"), ([6, 6, 6], "normal"), ([8, 5, 11, 9], "skewed"), ([15, 15, 15, 15], "ties")]
    ],
    "tables": tables(),
    "goodness": [
        {"counts": c, "expected": e, "result": list(st.chisquare(c, e))}
        for c, e in [([16, 18, 16, 14, 12, 12], None), ([10, 20, 30], [15.0, 15.0, 30.0])]
    ],
    "proportions": proportions(),
    "runs": [runs(sample(25, "normal")), runs(sample(40, "ties"))],
    "corrections": corrections(),
    "power": power(),
    "resampling": resampling(),
    "densities": densities(),
}
path = pathlib.Path(__file__).with_name("stats_tests.json")
path.write_text(json.dumps(plain(content), separators=(",", ":")) + "\n")
