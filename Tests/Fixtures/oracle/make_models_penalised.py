"""Numbers of scikit-learn and statsmodels for penalised and robust models: models_penalised.json."""
import json, pathlib
import numpy as np, pandas as pd
import statsmodels.api as sm
from sklearn.linear_model import ElasticNet, LogisticRegression
rng = np.random.default_rng(5)
n = 80
X = rng.normal(size=(n, 5)) @ np.diag([1, 2, .5, 1, 1]); X[:, 3] += X[:, 0]
y = X @ [1, -.5, 0, .3, 0] + rng.standard_t(2, n)
b = (rng.uniform(size=n) < 1 / (1 + np.exp(-X @ [1, -.3, 0, .2, 0]))).astype(float)
out = {"data": {**{f"x{i}": list(X[:, i]) for i in range(5)}, "y": list(y), "b": list(b)}}
for name, l1 in [("lasso", 1.), ("net", .4)]:
    m = ElasticNet(alpha=.15, l1_ratio=l1, tol=1e-15, max_iter=10**6).fit(X, y)
    out[name] = [float(m.intercept_), *map(float, m.coef_)]
m = LogisticRegression(C=1 / (n * .05), tol=1e-14, max_iter=10**5, solver="newton-cg").fit(X, b)
out["ridge logistic"] = [float(m.intercept_[0]), *map(float, m.coef_[0])]
for name, norm in [("huber", sm.robust.norms.HuberT()), ("bisquare", sm.robust.norms.TukeyBiweight())]:
    r = sm.RLM(y, sm.add_constant(X[:, :3]), M=norm).fit(maxiter=5000, tol=1e-14, conv="coefs")
    out[name] = dict(coef=list(r.params), se=list(r.bse), scale=float(r.scale))
(pathlib.Path(__file__).parent / "models_penalised.json").write_text(json.dumps(out, separators=(",", ":")))
