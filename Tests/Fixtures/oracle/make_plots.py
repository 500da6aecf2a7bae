#!/usr/bin/env python3
"""Numbers behind plots, from scipy, statsmodels and scikit-learn: writes plots.json beside this.

Samples come from a small generator that the Swift test repeats, so that only results are kept.
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.stats import gaussian_kde, norm
from sklearn.metrics import roc_auc_score
from statsmodels.tsa.stattools import acf


def sample(count, seed):
    """Sums of four uniform numbers of a linear congruential generator."""
    state, numbers = seed, []
    for _ in range(count):
        total = 0.0
        for _ in range(4):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            total += (state >> 11) / 2**53
        numbers.append(total)
    return np.array(numbers)


a, b = sample(2000, 1), sample(2000, 2) + 0.5
skewed = np.exp(2 * a[:500])
q1, median, q3 = np.percentile(skewed, [25, 50, 75])
inside = skewed[(skewed >= q1 - 1.5 * (q3 - q1)) & (skewed <= q3 + 1.5 * (q3 - q1))]
series = np.cumsum(a[:300] - a[:300].mean())
bandwidth = 0.9 * min(a.std(ddof=1), np.subtract(*np.percentile(a, [75, 25])) / 1.34) * 2000**-0.2
kde = gaussian_kde(a, bw_method=bandwidth / a.std(ddof=1))
rounded = np.round(np.concatenate([a, b]), 2)
labels = np.repeat([0, 1], 2000)
points = np.column_stack([a[:40], b[:40]])
result = {
    "made_with": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, "
    f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "first": a[:3].tolist(),
    "box": [inside.min(), q1, median, q3, inside.max(), float(500 - len(inside))],
    "silverman": bandwidth,
    "density": [[x, float(kde(x)[0])] for x in np.linspace(-0.2, 4.2, 23)],
    "auc": roc_auc_score(labels, rounded),
    "acf": acf(series, nlags=12, fft=False).tolist(),
    "probit": [[p, norm.ppf(p)] for p in (1e-300, 1e-20, 1e-5, 0.02, 0.3, 0.5, 0.9, 0.999999)],
    "pearson": float(np.corrcoef(a[:500], skewed)[0, 1]),
    "linkage": {
        name: {"merges": linkage(points, name).tolist(),
               "leaves": leaves_list(linkage(points, name)).tolist()}
        for name in ("single", "complete", "average", "ward")
    },
}
target = Path(__file__).with_name("plots.json")
target.write_text(json.dumps(result, separators=(",", ":")) + "\n")
