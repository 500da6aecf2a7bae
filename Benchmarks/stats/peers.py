"""Answers the benchmark's questions with scipy, statsmodels and scikit-learn.

usage: peers.py FOLDER, then a question a line; the answer is a line of JSON.
"""

import functools
import json
import pathlib
import sys
import time

import numpy as np

FOLDER = pathlib.Path(sys.argv[1])
XS = [f"x{place:02}" for place in range(20)]


@functools.cache
def column(name):
    return np.fromfile(FOLDER / f"{name}.f64", dtype="<f8")


@functools.cache
def table(prefix=""):
    return np.column_stack([column(prefix + name) for name in XS])


def describe():
    import pandas as pd

    frame = pd.DataFrame({name: column(name) for name in XS})
    return lambda: frame.describe(), lambda d: [*d.loc["mean"], *d.loc["std"], *d.loc["50%"]]


def correlations():
    x = table().T.copy()
    return lambda: np.corrcoef(x), lambda c: [*c[np.triu_indices(20, 1)]]


def ols():
    import statsmodels.api as sm

    x, y = sm.add_constant(table()), column("linear")
    return lambda: sm.OLS(y, x).fit(), lambda m: [m.rsquared, *m.params, *m.bse]


def glm():
    import statsmodels.api as sm

    x, y = sm.add_constant(table()[:, :10]), column("chance")
    family = sm.families.Binomial()
    return lambda: sm.GLM(y, x, family=family).fit(), lambda m: [m.llf, *m.params, *m.bse]


def bootstrap():
    from scipy import stats

    value = (column("value"),)
    return (
        lambda: stats.bootstrap(
            value, np.median, n_resamples=100, batch=10, method="percentile", rng=1
        ),
        lambda b: [b.confidence_interval.low, b.confidence_interval.high],
    )


def k_means():
    from sklearn.cluster import KMeans

    x = np.column_stack([column(f"p{place}") for place in range(8)])
    starts = np.column_stack([column(f"c{place}") for place in range(8)])
    return lambda: KMeans(10, init=starts, n_init=1).fit(x), lambda m: [m.inertia_]


def area(model):
    from sklearn.metrics import roc_auc_score

    return [roc_auc_score(column("held-kind"), model.predict_proba(table("held-"))[:, 1])]


def forest():
    from sklearn.ensemble import RandomForestClassifier

    x, y = table(), column("kind")
    return lambda: RandomForestClassifier(8, min_samples_leaf=10, n_jobs=2).fit(x, y), area


def boosting():
    from sklearn.ensemble import HistGradientBoostingRegressor

    x, y = table(), column("curve")
    return (
        lambda: HistGradientBoostingRegressor(early_stopping=False).fit(x, y),
        lambda m: [np.sqrt(np.mean((m.predict(table("held-")) - column("held-curve")) ** 2))],
    )


def boosting_classes():
    from sklearn.ensemble import HistGradientBoostingClassifier

    x, y = table(), column("kind")
    return lambda: HistGradientBoostingClassifier(early_stopping=False).fit(x, y), area


QUESTIONS = {
    "describe": describe, "correlations": correlations, "ols": ols, "glm": glm,
    "bootstrap": bootstrap, "k-means": k_means, "forest": forest, "boosting": boosting,
    "boosting-classes": boosting_classes,
}


def main():
    print("ready", flush=True)
    for line in sys.stdin:
        question = line.strip()
        work, quality = QUESTIONS[question]()
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        numbers = [float(value) for value in quality(result)]
        print(json.dumps({"q": question, "wall": wall, "cpu": cpu, "quality": numbers}), flush=True)


if __name__ == "__main__":
    main()
