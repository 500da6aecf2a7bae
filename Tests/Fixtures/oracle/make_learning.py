"""Writes learning.txt: small data and what scikit-learn and scipy say of it.

Each line is a name, a tab, and numbers in full digits. usage: make_learning.py > learning.txt
"""

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import linkage
from sklearn import metrics, preprocessing
from sklearn.calibration import calibration_curve
from sklearn.cluster import DBSCAN, KMeans
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor


def say(name, values):
    numbers = np.atleast_1d(np.asarray(values, dtype=float)).ravel()
    print(name + "\t" + " ".join(repr(float(v)) for v in numbers))


def main():
    print(f"# scikit-learn {sklearn.__version__}, scipy {scipy.__version__}")
    rng = np.random.default_rng(7)
    n = 90
    kind = np.repeat([0, 1, 2], 30)
    centres = np.array([[0, 0, 1, 5], [2, 1, 0, 5.5], [-1, 3, 2, 4]], dtype=float)
    x = np.round(centres[kind] + rng.standard_normal((n, 4)) @ np.diag([1, 0.8, 1.5, 0.5]), 3)
    y = np.round(x @ [1.5, -2, 0.5, 1] + 3 + rng.standard_normal(n), 3)
    two = (kind == 1).astype(int)
    counts = rng.poisson(np.array([[1, 4, 2], [5, 1, 2], [2, 2, 6]])[kind])
    for j in range(4):
        say(f"x{j}", x[:, j])
    for j in range(3):
        say(f"n{j}", counts[:, j])
    say("y", y)
    say("kind", kind)

    m = LinearRegression().fit(x, y)
    say("ols", [m.intercept_, *m.coef_])
    m = Ridge(alpha=2.5).fit(x, y)
    say("ridge", [m.intercept_, *m.coef_])
    exact = {"tol": 1e-14, "max_iter": 100000, "solver": "newton-cg"}
    m = LogisticRegression(C=0.5, **exact).fit(x, two)
    say("logistic2", [m.intercept_[0], *m.coef_[0]])
    m = LogisticRegression(C=0.5, **exact).fit(x, kind)
    say("logistic3", np.column_stack([m.intercept_, m.coef_]))
    say("logistic3-chances", m.predict_proba(x[:10]))

    say("knn", KNeighborsClassifier(7).fit(x[::2], kind[::2]).predict_proba(x[1::2]))
    say("knn-distance", KNeighborsRegressor(5, weights="distance").fit(x[::2], y[::2]).predict(x))
    say("gaussian", GaussianNB().fit(x, kind).predict_proba(x[::9]))
    say("multinomial", MultinomialNB().fit(counts, kind).predict_proba(counts[::9]))
    say("bernoulli", BernoulliNB().fit(counts > 2, kind).predict_proba(counts[::9] > 2))

    p = PCA().fit(x)
    say("pca-variances", p.explained_variance_)
    say("pca-ratios", p.explained_variance_ratio_)
    say("pca-loadings", np.abs(p.components_))
    say("pca-scores", np.abs(p.transform(x[:5])))
    d = LinearDiscriminantAnalysis().fit(x, kind)
    say("lda-chances", d.predict_proba(x[::9]))
    say("lda-ratios", d.explained_variance_ratio_)
    say("lda-transform", np.abs(d.transform(x[:5])))
    say("dbscan", DBSCAN(eps=1.1, min_samples=5).fit_predict(x))
    for method in ("single", "complete", "average", "ward"):
        say(f"linkage-{method}", linkage(x, method))
    k = KMeans(3, init=x[[0, 40, 80]], n_init=1, tol=0).fit(x)
    say("kmeans-centers", k.cluster_centers_)
    say("kmeans-labels", k.labels_)
    say("kmeans-inertia", k.inertia_)

    say("standard", preprocessing.StandardScaler().fit_transform(x[:, :1])[:6])
    say("minmax", preprocessing.MinMaxScaler().fit_transform(x[:, :1])[:6])
    say("robust", preprocessing.RobustScaler().fit_transform(x[:, :1])[:6])

    score = np.round(1 / (1 + np.exp(-(x[:, 0] - 1 + 0.3 * x[:, 3]))), 2)
    say("score", score)
    say("auc", metrics.roc_auc_score(two, score))
    say("average-precision", metrics.average_precision_score(two, score))
    say("log-loss", metrics.log_loss(two, score))
    say("brier", metrics.brier_score_loss(two, score))
    observed, predicted = calibration_curve(two, score, n_bins=5)
    say("calibration", np.column_stack([predicted, observed]))
    guess = np.where(x[:, 0] > 1, 1, np.where(x[:, 1] > 1.5, 2, 0))
    say("guess", guess)
    say("confusion", metrics.confusion_matrix(kind, guess))
    say("accuracy", metrics.accuracy_score(kind, guess))
    say("macro-f1", metrics.f1_score(kind, guess, average="macro"))
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(kind, guess)
    say("by-class", np.column_stack([precision, recall, f1]))
    say("regression", [
        metrics.root_mean_squared_error(y, y[::-1]), metrics.mean_absolute_error(y, y[::-1]),
        metrics.r2_score(y, y[::-1]),
    ])


if __name__ == "__main__":
    main()
