"""Numbers of statsmodels for the linear models of ApusStats: models_linear.json."""
import json, pathlib
import numpy as np, pandas as pd, patsy
import statsmodels.api as sm, statsmodels.formula.api as smf
from statsmodels.stats import diagnostic as dg
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.outliers_influence import variance_inflation_factor

rng = np.random.default_rng(8)
n = 60
d = pd.DataFrame({
    "x1": np.round(rng.normal(10, 3, n), 1),          # ties
    "x2": rng.exponential(2, n) + 0.1,
    "g": rng.choice(["a", "b", "c"], n, p=[.5, .3, .2]),
    "h": rng.choice(["u", "v"], n),
    "k": rng.integers(0, 8, n).astype(float),
    "w": rng.uniform(0.5, 3, n),
})
d["y"] = 1 + 0.5 * d.x1 - d.x2 + d.g.map({"a": 0, "b": 1, "c": -2}) + rng.normal(0, 1, n) * (1 + .1 * d.x1)
for col, rows in {"x1": [3, 17], "g": [5], "y": [40]}.items():
    d.loc[rows, col] = None
full = d.dropna().reset_index(drop=True)

forms = [
    "y ~ x1 + x2", "y ~ x1 + C(g)", "y ~ x1*g", "y ~ g*h + x2", "y ~ g:h", "y ~ g - 1 + x1",
    "y ~ C(g, Treatment('b')) + np.log(x2)", "y ~ C(g, Sum)*C(h, Sum)", "y ~ C(g, Helmert) + x1",
    "y ~ C(g, Poly)", "y ~ I(x1**2) + x1 + np.sqrt(x2)", "np.log(y + 20) ~ (x1 + x2 + h)**2",
    "y ~ standardize(x1) + center(x2)", "y ~ bs(x1, df=5)", "y ~ x1 + C(k)", "y ~ x1:g", "y ~ g/h",
]
cases = []
for f in forms:
    r = smf.ols(f, full).fit()
    cases.append(dict(formula=f, names=list(r.model.exog_names), coef=list(r.params), se=list(r.bse),
        t=list(r.tvalues), p=list(r.pvalues), low=list(r.conf_int()[0]), high=list(r.conf_int()[1]),
        r2=r.rsquared, adj=r.rsquared_adj, f=r.fvalue, fp=r.f_pvalue, aic=r.aic, bic=r.bic, llf=r.llf,
        dw=sm.stats.durbin_watson(r.resid), jb=list(sm.stats.jarque_bera(r.resid)), cond=r.condition_number))
base = "y ~ x1 + x2 + g"
r = smf.ols(base, full).fit()
robust = {}
for kind in ["HC0", "HC1", "HC2", "HC3"]:
    q = smf.ols(base, full).fit(cov_type=kind, use_t=True)
    robust[kind] = dict(se=list(q.bse), p=list(q.pvalues), f=float(q.fvalue), fp=float(q.f_pvalue))
q = smf.ols(base, full).fit(cov_type="cluster", cov_kwds={"groups": full.k.astype(int)}, use_t=True)
robust["cluster"] = dict(se=list(q.bse), p=list(q.pvalues), f=float(q.fvalue), fp=float(q.f_pvalue))
q = smf.ols(base, full).fit(cov_type="HAC", cov_kwds={"maxlags": 3}, use_t=True)
robust["HAC"] = dict(se=list(q.bse), p=list(q.pvalues), f=float(q.fvalue), fp=float(q.f_pvalue))
wls = smf.wls(base, full, weights=full.w).fit()
wh = smf.wls(base, full, weights=full.w).fit(cov_type="HC3", use_t=True)
new = pd.DataFrame({"x1": [5., 12.], "x2": [1., 3.], "g": ["a", "c"]})
pr = r.get_prediction(new).summary_frame(alpha=0.1)
inf = r.get_influence()
an = smf.ols("y ~ g*h", full).fit()
ans = smf.ols("y ~ C(g, Sum)*C(h, Sum)", full).fit()
def table(m, t):
    a = anova_lm(m, typ=t)
    return {k: [float(v) for v in a[k]][:-1] for k in ["df", "sum_sq", "F", "PR(>F)"]}
out = dict(
    data={c: [None if pd.isna(v) else v for v in d[c]] for c in d}, cases=cases, robust=robust,
    wls=dict(coef=list(wls.params), se=list(wls.bse), r2=wls.rsquared, llf=wls.llf, hc3=list(wh.bse), f=wls.fvalue),
    predict={k: list(pr[k]) for k in pr}, 
    influence=dict(hat=list(inf.hat_matrix_diag), internal=list(inf.resid_studentized_internal),
        external=list(inf.resid_studentized_external), cook=list(inf.cooks_distance[0]), dffits=list(inf.dffits[0])),
    bp=list(dg.het_breuschpagan(r.resid, r.model.exog)[:2]), white=list(dg.het_white(r.resid, r.model.exog)[:2]),
    reset=[float(np.squeeze(v)) for v in (lambda z: (z.statistic, z.pvalue))(dg.linear_reset(r, power=3, use_f=True))],
    vif=[variance_inflation_factor(r.model.exog, i) for i in range(1, r.model.exog.shape[1])],
    anova1=table(an, 1), anova2=table(an, 2), anova3=table(ans, 3),
    nested=[float(v) for v in anova_lm(smf.ols("y ~ x1", full).fit(), r).iloc[1][["F", "Pr(>F)"]]],
)
here = pathlib.Path(__file__).parent
(here / "models_linear.json").write_text(json.dumps(out, separators=(",", ":")))
