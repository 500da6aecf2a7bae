"""Numbers of lifelines and statsmodels for survival models of ApusStats: models_survival.json."""
import json, pathlib, warnings
import numpy as np, pandas as pd
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import concordance_index
warnings.simplefilter("ignore")
rng = np.random.default_rng(77)
n = 70
d = pd.DataFrame({"x": np.round(rng.normal(50, 9, n), 1), "z": rng.normal(0, 1, n), "g": rng.choice(["a", "b", "c"], n),
                  "s": rng.choice(["u", "v"], n)})
t = rng.exponential(10 * np.exp(-.03 * (d.x - 50) - .4 * d.z))
c = rng.exponential(14, n)
d["t"] = np.ceil(np.minimum(t, c))           # many ties
d["e"] = (t <= c).astype(float)
out = {"data": {k: list(d[k]) for k in d}, "km": {}}
for g, part in d.groupby("g"):
    k = KaplanMeierFitter().fit(part.t, part.e)
    f = k.survival_function_.iloc[:, 0]; ci = k.confidence_interval_survival_function_
    keep = k.event_table[k.event_table.observed > 0].index
    out["km"][g] = dict(times=list(keep), survival=list(f[keep]), lower=list(ci.iloc[:, 0][keep]), upper=list(ci.iloc[:, 1][keep]),
                        median=float(k.median_survival_time_))
r = multivariate_logrank_test(d.t, d.g, d.e)
out["logrank"] = [float(r.test_statistic), float(r.p_value)]
X = pd.DataFrame({"x": d.x, "z": d.z, "g[T.b]": (d.g == "b") * 1., "g[T.c]": (d.g == "c") * 1.})
for ties in ["efron", "breslow"]:
    for strata in [None, d.s]:
        m = sm.PHReg(d.t, X, status=d.e, ties=ties, strata=strata)
        r = m.fit(disp=0, method="newton", maxiter=200)
        b = r.params.copy()
        for _ in range(20):
            b = b - np.linalg.solve(m.hessian(b), m.score(b))
        H = np.linalg.inv(-m.hessian(b))
        out[ties + ("" if strata is None else "_strata")] = dict(coef=list(b), se=list(np.sqrt(np.diag(H))), llf=float(m.loglike(b)),
            c=float(concordance_index(d.t, -X @ b, d.e)) if strata is None else None)
(pathlib.Path(__file__).parent / "models_survival.json").write_text(json.dumps(out, separators=(",", ":")))
