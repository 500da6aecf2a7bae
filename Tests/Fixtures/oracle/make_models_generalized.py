"""Numbers of statsmodels for the generalised linear models of ApusStats: models_generalized.json."""
import json, pathlib, warnings
import numpy as np, pandas as pd
import statsmodels.api as sm, statsmodels.formula.api as smf
warnings.simplefilter("ignore")
L, F = sm.families.links, sm.families
rng = np.random.default_rng(31)
n = 90
d = pd.DataFrame({"x": np.round(rng.normal(0, 1, n), 2), "z": rng.uniform(0, 2, n),
                  "g": rng.choice(["a", "b", "c"], n), "w": rng.integers(1, 6, n).astype(float),
                  "e": rng.uniform(.5, 4, n), "k": rng.integers(0, 9, n).astype(float)})
eta = .3 + .6 * d.x - .4 * d.z + d.g.map({"a": 0, "b": .5, "c": -.5})
d["b"] = (rng.uniform(size=n) < 1 / (1 + np.exp(-eta))).astype(float)
d["c"] = rng.poisson(np.exp(eta) * d.e).astype(float)
d["nb"] = rng.negative_binomial(2, 1 / (1 + np.exp(eta) * 1.5)).astype(float)
d["p"] = rng.gamma(2, np.exp(eta + 1) / 2) + .05
d["s"] = rng.binomial(d.w.astype(int), 1 / (1 + np.exp(-eta))).astype(float)
d["f"] = d.w - d.s
d["t"] = np.where(rng.uniform(size=n) < .2, 0, d.p)
rows = [
    ("binomial logit", "b ~ x + z + g", F.Binomial()), ("binomial probit", "b ~ x + z + g", F.Binomial(L.Probit())),
    ("binomial cloglog", "b ~ x + z + g", F.Binomial(L.CLogLog())), ("binomial cauchit", "b ~ x + z", F.Binomial(L.Cauchy())),
    ("poisson log", "c ~ x + z + g", F.Poisson()), ("poisson sqrt", "c ~ x + z", F.Poisson(L.Sqrt())),
    ("gamma inverse", "p ~ z", F.Gamma(L.InversePower())), ("gamma log", "p ~ x + z + g", F.Gamma(L.Log())),
    ("inverse gaussian log", "p ~ x + z", F.InverseGaussian(L.Log())),
    ("gaussian identity", "p ~ x + z", F.Gaussian()), ("gaussian log", "p ~ x + z", F.Gaussian(L.Log())),
    ("negative binomial", "nb ~ x + z + g", F.NegativeBinomial(alpha=.7)),
    ("tweedie", "t ~ x + z", F.Tweedie(var_power=1.5, link=L.Log())),
]
def res(r, like=True):
    return dict(names=list(r.model.exog_names), coef=list(r.params), se=list(r.bse), p=list(r.pvalues), deviance=float(r.deviance),
        null=float(r.null_deviance), pearson=float(r.pearson_chi2), scale=float(r.scale), llf=float(r.llf) if like else None)
kw = dict(tol=1e-14, maxiter=300, tol_criterion="params")
out = dict(data={c: list(d[c]) for c in d}, cases={})
for name, f, fam in rows:
    dispersed = name.split()[0] in ("gamma", "inverse", "gaussian", "tweedie")
    r = smf.glm(f, d, family=fam).fit(use_t=dispersed, **kw)
    out["cases"][name] = dict(formula=f, **res(r, name != "tweedie"))
out["exposure"] = res(smf.glm("c ~ x + z + g", d, family=F.Poisson(), exposure=d.e).fit(**kw))
out["weights"] = res(smf.glm("b ~ x + z", d, family=F.Binomial(), var_weights=d.w).fit(**kw))
out["cbind"] = res(smf.glm("s + f ~ x + z", d, family=F.Binomial()).fit(**kw))
out["quasi"] = res(smf.glm("c ~ x + z", d, family=F.Poisson()).fit(scale="X2", use_t=True, **kw), False)
r = smf.glm("b ~ x + z + g", d, family=F.Binomial()).fit(**kw)
out["hc0"] = list(smf.glm("b ~ x + z + g", d, family=F.Binomial()).fit(cov_type="HC0", **kw).bse)
out["cluster"] = list(smf.glm("c ~ x + z", d, family=F.Poisson()).fit(cov_type="cluster", cov_kwds={"groups": d.k.astype(int)}, **kw).bse)
pr = r.get_prediction(d.iloc[:4]).summary_frame(alpha=.05)
out["predict"] = {k: list(pr[k]) for k in ["mean", "mean_ci_lower", "mean_ci_upper"]}
small = smf.glm("b ~ x", d, family=F.Binomial()).fit(**kw)
mid = smf.glm("b ~ x + z", d, family=F.Binomial()).fit(**kw)
out["drops"] = [small.null_deviance - small.deviance, small.deviance - mid.deviance, mid.deviance - r.deviance]
m = smf.negativebinomial("nb ~ x + z + g", d)
q = m.fit(disp=0, method="bfgs", maxiter=5000, gtol=1e-9, start_params=[0.1] * 5 + [0.7])
out["nb2"] = dict(names=list(q.params.index), coef=list(q.params), llf=float(q.llf))
(pathlib.Path(__file__).parent / "models_generalized.json").write_text(json.dumps(out, separators=(",", ":")))
