"""Numbers of time series from statsmodels and scipy; Tests/ApusStatsTests compares with them.

OPENBLAS_NUM_THREADS=1 python make_series.py > series.json
(statsmodels 0.15.0, scipy 1.17.1)
"""

import json
import sys
import warnings

import numpy as np
import pandas as pd
import scipy
import statsmodels
from scipy import signal
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.seasonal import STL, seasonal_decompose
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.stattools import acf, adfuller, kpss, pacf

warnings.simplefilter("ignore")
rng = np.random.default_rng(20240611)


def arma(n, ar=(), ma=(), burn=200):
    e = rng.normal(size=n + burn)
    y = np.zeros(n + burn)
    for t in range(n + burn):
        y[t] = e[t]
        for i, a in enumerate(ar):
            if t > i:
                y[t] += a * y[t - i - 1]
        for i, m in enumerate(ma):
            if t > i:
                y[t] += m * e[t - i - 1]
    return y[burn:]


def rounded(values, digits=4):
    return [round(float(v), digits) for v in values]


t = np.arange(144)
season = np.array([-1.2, -0.8, 0.1, 0.4, 0.9, 1.8, 2.2, 1.1, 0.2, -0.9, -1.7, -2.1])
SERIES = {
    "noise": rounded(rng.normal(size=60)),
    "short": rounded(arma(12, [0.5])),
    "ar2": rounded(10 + arma(150, [0.7, -0.3])),
    "walk": rounded(np.cumsum(rng.normal(size=120)) + 50),
    "arma": rounded(arma(200, [0.8], [0.4])),
    "ties": [float(v) for v in rng.integers(0, 4, size=80)],
    "monthly": rounded(30 + 0.1 * t + 3 * season[t % 12] + arma(144, [0.6])),
    "growing": rounded(np.exp(2 + 0.008 * t + 0.12 * season[t % 12] + 0.03 * rng.normal(size=144))),
    "quarterly": rounded(20 + np.tile([2, -1, -3, 2], 11)[:43] + np.cumsum(0.3 * rng.normal(size=43))),
    "airline": rounded(
        np.cumsum(np.r_[np.zeros(1), 0.05 * rng.normal(size=143)]) + 0.3 * season[t % 12]
        + 0.05 * rng.normal(size=144) + 5),
    "outliers": rounded(
        30 + 0.1 * t + 3 * season[t % 12] + 0.5 * rng.normal(size=144)
        + 15 * (rng.random(144) < 0.04)),
}


def clean(value):
    """Numbers for JSON: arrays as lists, NaN as null."""
    if isinstance(value, dict):
        return {k: clean(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray, pd.Series)):
        return [clean(v) for v in value]
    if isinstance(value, (bool, str, int)) or value is None:
        return value
    value = float(value)
    return None if np.isnan(value) else value


def correlations(name):
    x = np.array(SERIES[name])
    lags = min(20, len(x) // 2 - 1)
    a = acf(x, nlags=lags, alpha=0.05, fft=False)
    plain = acf(x, nlags=lags, alpha=0.1, bartlett_confint=False, adjusted=True, fft=False)
    box = acorr_ljungbox(x, lags=[1, 4], boxpierce=True)
    fitted = acorr_ljungbox(x, lags=[4], model_df=2)
    return {
        "series": name, "lags": lags, "acf": a[0], "acf_low": a[1][:, 0],
        "adjusted": plain[0], "adjusted_high": plain[1][:, 1],
        "pacf": pacf(x, nlags=lags, method="ywm"),
        "pacf_adjusted": pacf(x, nlags=lags, method="ywa"),
        "pacf_ld": pacf(x, nlags=lags, method="ldb"),
        "pacf_ols": pacf(x, nlags=lags, method="ols"),
        "pacf_common": pacf(x, nlags=lags, method="ols-inefficient"),
        "pacf_ols_adjusted": pacf(x, nlags=lags, method="ols-adjusted"),
        "q": box.lb_stat.values, "q_p": box.lb_pvalue.values,
        "bp": box.bp_stat.values, "bp_p": box.bp_pvalue.values,
        "q_fitted_p": fitted.lb_pvalue.values[0],
        "density": signal.periodogram(x)[1],
    }


def adf():
    for name in ["noise", "ar2", "walk", "arma", "ties", "monthly", "short"]:
        for terms in ["n", "c", "ct", "ctt"]:
            for choice in ["AIC", "BIC", "t-stat", 1]:
                if name == "short" and choice != 1:
                    kwargs = {"autolag": choice, "maxlag": 2}
                else:
                    kwargs = {"autolag": choice}
                if choice == 1:
                    kwargs = {"autolag": None, "maxlag": 1}
                r = adfuller(SERIES[name], regression=terms, result_object=True, **kwargs)
                yield {
                    "series": name, "terms": terms, "choice": str(choice),
                    "statistic": r.statistic, "p": r.pvalue, "lags": int(r.lags),
                    "rows": int(r.nobs), "critical": list(r.critical_values.values()),
                }


def kpss_tests():
    for name in ["noise", "ar2", "walk", "arma", "ties", "monthly", "short"]:
        for terms in ["c", "ct"]:
            for lags in ["auto", "legacy", 3]:
                r = kpss(SERIES[name], regression=terms, nlags=lags, result_object=True)
                yield {
                    "series": name, "terms": terms, "choice": str(lags),
                    "statistic": r.statistic, "p": r.pvalue, "lags": int(r.lags),
                }


def decompositions():
    for name, period, model in [
        ("monthly", 12, "additive"), ("growing", 12, "multiplicative"),
        ("quarterly", 4, "additive"), ("ar2", 7, "additive"),
    ]:
        r = seasonal_decompose(SERIES[name], period=period, model=model)
        yield {
            "series": name, "period": period, "model": model, "trend": r.trend,
            "seasonal": r.seasonal[:period], "remainder": r.resid,
        }


def stls():
    for name, period, options in [
        ("monthly", 12, {}), ("outliers", 12, {"robust": True}),
        ("quarterly", 4, {"seasonal": 9, "trend": 11}),
        ("monthly", 12, {"seasonal_deg": 0, "trend_deg": 0, "low_pass_deg": 0}),
        ("monthly", 12, {"seasonal_jump": 2, "trend_jump": 5, "low_pass_jump": 3}),
        ("outliers", 7, {"robust": True, "seasonal": 35}),
        ("ar2", 70, {}),
    ]:
        r = STL(SERIES[name], period=period, **options).fit()
        yield {
            "series": name, "period": period, "options": options, "trend": r.trend,
            "seasonal": r.seasonal, "weights": r.weights if options.get("robust") else None,
        }


def hyndman(y, row, steps):
    """The recursions of Hyndman et al. (2008), table 2.2, with a multiplicative season: statsmodels
    divides the season's correction by the level behind the error instead of the one before it."""
    level, slope, seasonal = row["level"], row["slope"] or 0.0, list(row["seasonal"])
    alpha, beta, gamma, phi = row["alpha"], row["beta"] or 0.0, row["gamma"], row["phi"] or 1.0
    fitted = []
    for value in y:
        base, factor = level + phi * slope, seasonal.pop(0)
        fitted.append(base * factor)
        error = value - fitted[-1]
        level, slope = base + alpha * error / factor, phi * slope + beta * error / factor
        seasonal.append(factor + gamma * error / base)
    forecast = []
    for _ in range(steps):
        level, slope = level + phi * slope, phi * slope
        forecast.append(level * seasonal[0])
        seasonal.append(seasonal.pop(0))
    sse = np.mean((y - np.array(fitted)) ** 2)
    return {
        "fitted": fitted, "forecast": forecast,
        "loglik": -len(y) / 2 * (np.log(2 * np.pi * sse) + 1),
    }


def smoothing():
    for name, trend, damped, season, period in [
        ("walk", None, False, None, 1), ("ar2", None, False, None, 1),
        ("walk", "add", False, None, 1), ("walk", "add", True, None, 1),
        ("monthly", None, False, "add", 12), ("monthly", "add", False, "add", 12),
        ("growing", "add", False, "mul", 12), ("quarterly", "add", True, "add", 4),
        ("growing", "add", True, "mul", 12), ("airline", None, False, "mul", 12),
    ]:
        y = np.array(SERIES[name])
        model = ETSModel(
            pd.Series(y), error="add", trend=trend, damped_trend=damped, seasonal=season,
            seasonal_periods=period if season else None)
        fit = model.fit(disp=False, maxiter=2000)
        params = dict(zip(model.param_names, fit.params))
        row = {
            "series": name, "trend": trend or "none", "damped": damped, "season": season or "none",
            "period": period, "loglik": fit.llf,
            "alpha": params["smoothing_level"], "beta": params.get("smoothing_trend"),
            "gamma": params.get("smoothing_seasonal"), "phi": params.get("damping_trend"),
            "level": params["initial_level"], "slope": params.get("initial_trend"),
            # statsmodels stores the season newest first
            "seasonal": [params[f"initial_seasonal.{i}"] for i in reversed(range(period))] if season else [],
            "fitted": fit.fittedvalues, "forecast": fit.forecast(2 * period + 2),
        }
        if season != "mul":
            prediction = fit.get_prediction(start=len(y), end=len(y) + 2 * period + 1)
            row["variance"] = prediction.forecast_variance
        else:
            row |= hyndman(y, row, 2 * period + 2)
        yield row


def standard_errors(model, params):
    """From the observed information: central differences of the log-likelihood, two widths drawn
    to width 0. (statsmodels' own differences are too wide where a root is near the circle.)"""
    k = len(params)
    widths = np.full(k, 2e-4)
    widths[-1] *= params[-1]

    def information(share):
        h = widths * share
        H = np.empty((k, k))
        f = model.loglike
        for i in range(k):
            for j in range(i + 1):
                a, b = np.zeros(k), np.zeros(k)
                a[i], b[j] = h[i], h[j]
                H[i, j] = H[j, i] = (
                    f(params + a + b) - f(params + a - b) - f(params - a + b) + f(params - a - b)
                ) / (4 * h[i] * h[j])
        return -H

    return np.sqrt(np.diag(np.linalg.inv((4 * information(0.5) - information(1)) / 3)))


def arimas():
    x1 = rounded(rng.normal(size=150))
    x2 = rounded(np.cumsum(rng.normal(size=150)))
    for name, order, seasonal, trend, exog in [
        ("ar2", (2, 0, 0), (0, 0, 0, 0), True, False),
        ("arma", (1, 0, 1), (0, 0, 0, 0), False, False),
        ("arma", (1, 0, 1), (0, 0, 0, 0), True, False),
        ("walk", (1, 1, 1), (0, 0, 0, 0), True, False),
        ("walk", (0, 1, 1), (0, 0, 0, 0), False, False),
        ("walk", (0, 1, 0), (0, 0, 0, 0), True, False),
        ("walk", (0, 2, 1), (0, 0, 0, 0), False, False),
        ("airline", (0, 1, 1), (0, 1, 1, 12), False, False),
        ("monthly", (1, 0, 0), (1, 1, 1, 12), True, False),
        ("monthly", (2, 0, 1), (0, 1, 1, 12), False, False),
        ("quarterly", (0, 1, 1), (1, 0, 0, 4), False, False),
        ("ar2", (1, 0, 1), (0, 0, 0, 0), True, True),
        ("ar2", (1, 1, 1), (0, 0, 0, 0), False, True),
    ]:
        y = np.array(SERIES[name])
        n, (p, d, q), (P, D, Q, s) = len(y), order, seasonal
        columns, future, steps = [], [], 15
        if trend:
            columns.append(np.arange(1, n + 1) if d + D else np.ones(n))
            future.append(np.arange(n + 1, n + steps + 1) if d + D else np.ones(steps))
        if exog:
            columns += [np.array(x1)[:n], np.array(x2)[:n]]
            future += [np.linspace(-1, 1, steps), np.linspace(x2[-1], x2[-1] + 1, steps)]

        def differenced(v):
            for _ in range(D):
                v = v[s:] - v[:-s]
            for _ in range(d):
                v = v[1:] - v[:-1]
            return v

        w = differenced(y)
        X = np.column_stack([differenced(c) for c in columns]) if columns else None
        model = SARIMAX(w, exog=X, order=(p, 0, q), seasonal_order=(P, 0, Q, s if P + Q else 0))
        # The search starts from statsmodels' own place and from others, since it may end on a hill
        # beside the highest one; where two differ the higher counts.
        best = None
        for scale in (None, 0.0, 0.3, -0.3):
            start = model.start_params
            if scale is not None:
                start = np.array(start)
                start[len(columns):-1] = scale * 0.5 ** np.arange(len(start) - 1 - len(columns))
            fit = model.fit(
                start_params=start, disp=False, maxiter=500, pgtol=1e-10, factr=1.0,
                cov_type="none")
            if best is None or fit.llf > best.llf:
                best = fit
        best = model.fit(
            start_params=best.params, disp=False, method="bfgs", maxiter=500, gtol=1e-9,
            cov_type="none")
        best = model.smooth(best.params, cov_type="none")
        bse = standard_errors(model, best.params)
        levels = SARIMAX(
            y, exog=np.column_stack(columns) if columns else None, order=order,
            seasonal_order=seasonal if P + D + Q else (0, 0, 0, 0), use_exact_diffuse=True)
        forecast = levels.smooth(best.params).get_forecast(
            steps, exog=np.column_stack(future) if columns else None)
        yield {
            "series": name, "order": order, "seasonal": seasonal, "constant": trend, "exog": exog,
            "names": model.param_names, "params": best.params, "se": bse, "loglik": best.llf,
            "aic": best.aic, "bic": best.bic, "aicc": best.aicc, "residuals": best.resid[:20],
            "mean": forecast.predicted_mean, "forecast_se": forecast.se_mean,
            "x1": x1 if exog else None, "x2": x2 if exog else None,
            "future1": future[-2] if exog else None, "future2": future[-1] if exog else None,
        }


out = {
    "made": f"statsmodels {statsmodels.__version__}, scipy {scipy.__version__}",
    "series": SERIES,
    "correlations": [correlations(n) for n in ["noise", "short", "ar2", "walk", "ties", "monthly"]],
    "adf": list(adf()), "kpss": list(kpss_tests()),
    "decompositions": list(decompositions()), "stl": list(stls()),
    "smoothing": list(smoothing()), "arima": list(arimas()),
}
json.dump(clean(out), sys.stdout, separators=(",", ":"))
