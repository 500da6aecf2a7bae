// Normal, Student's t, chi-squared, F, gamma and beta.
#include "families.hpp"

namespace apus {

struct Normal : Family<Normal> {
  real mean, sd;
  Normal(real mean, real sd) : mean(mean), sd(sd) {}
  real log_density(real x) const {
    real z = (x - mean) / sd;
    return -0.5L * z * z - log_root_two_pi - logl(sd);
  }
  real tail(real x, bool upper) const { return normal_tail(upper ? (x - mean) / sd : (mean - x) / sd); }
  real log_tail(real x, bool upper) const {
    return log_normal_tail(upper ? (x - mean) / sd : (mean - x) / sd);
  }
  real quantile(real p, bool upper) const {
    real z = normal_tail_inverse(p);
    return mean + (upper ? z : -z) * sd;
  }
};

struct StudentT : Family<StudentT> {
  real df, location, scale;
  StudentT(real df, real location, real scale) : df(df), location(location), scale(scale) {}
  real standard_log_density(real t) const {
    if (df == infinity) return -0.5L * t * t - log_root_two_pi;
    real size = fabsl(t), half = 0.5L * df, root = size / sqrtl(df);
    real bulk = root > 1e10L ? 2 * logl(root) : log1pl(root * root);
    real front = df < 1e-8L
        ? lgammal(half + 0.5L) - lgammal(half) - 0.5L * logl(half) + log_root_two_pi
        : -deviance(half, half + 0.5L) + stirling_error(half + 0.5L) - stirling_error(half);
    return front - half * bulk - 0.5L * bulk - log_root_two_pi;
  }
  real standard_tail(real t) const {  // P(T > t)
    if (t < 0) return 1 - standard_tail(-t);
    if (df == infinity || t == infinity) return normal_tail(t);
    real ratio = t / sqrtl(df);
    real x = 1 / (1 + ratio * ratio), y = ratio > 1 ? 1 / (1 + 1 / (ratio * ratio)) : x * ratio * ratio;
    return 0.5L * beta_tail(0.5L * df, 0.5L, x, y, false);
  }
  real log_density(real x) const { return standard_log_density((x - location) / scale) - logl(scale); }
  real tail(real x, bool upper) const {
    real t = (x - location) / scale;
    return standard_tail(upper ? t : -t);
  }
  real quantile(real p, bool upper) const {
    return location + (upper ? scale : -scale) * standard_quantile(p);
  }
  real standard_quantile(real p) const {  // P(T > t) = p
    if (p > 0.5L) return -standard_quantile(1 - p);
    if (p == 0.5L) return 0;
    if (p == 0) return infinity;
    if (df == infinity) return normal_tail_inverse(p);
    if (df == 1) return 1 / tanl(pi * p);
    if (df == 2) return (1 - 2 * p) / sqrtl(2 * p * (1 - p));
    // Newton on the tail's logarithm against log t where t is large, else against t.
    real t = df > 3 && p > 1e-300L ? -student_t_quantile(df, p) : normal_tail_inverse(p);
    if (!(t > 0) || t == infinity) t = normal_tail_inverse(p);
    real target = logl(p), low = 0, high = infinity;
    for (int turn = 0; turn < 300; turn++) {
      real value = logl(standard_tail(t));
      if (value > target) low = t; else high = t;
      real slope = expl(standard_log_density(t) - value), step = (value - target) / slope;
      if (fabsl(step) <= 1e-11L * t) return t + step;
      real next = fabsl(step) < 1e-3L * t || t < 1 ? t + step : t * expl(step / t);
      if (!(next > low && next < high)) next = inside(low, high);
      if (next == t) return t;
      t = next;
    }
    return t;
  }
};

/// Gamma; the chi-squared is that with shape df/2 and scale 2.
struct Gamma : Family<Gamma> {
  real shape, scale;
  Gamma(real shape, real scale) : shape(shape), scale(scale) {}
  real low() const { return 0; }
  real log_density(real x) const {
    if (x < 0 || x == infinity) return -infinity;
    if (x == 0) return shape < 1 ? infinity : shape == 1 ? -logl(scale) : -infinity;
    if (shape < 1) return log_poisson(shape, x / scale) + logl(shape / x);
    return log_poisson(shape - 1, x / scale) - logl(scale);
  }
  real tail(real x, bool upper) const { return gamma_tail(shape, x / scale, upper); }
  real guess(real p, bool upper) const { return scale * gamma_tail_inverse(shape, p, upper); }
};

struct Beta : Family<Beta> {
  real a, b;
  Beta(real a, real b) : a(a), b(b) {}
  real low() const { return 0; }
  real high() const { return 1; }
  real log_density(real x) const {
    if (x < 0 || x > 1) return -infinity;
    real y = 1 - x;
    if (x == 0 && a <= 1) return a < 1 ? infinity : logl(b);
    if (y == 0 && b <= 1) return b < 1 ? infinity : logl(a);
    if (x == 0 || y == 0) return -infinity;
    if (a < 1 && b < 1) return logl(a / (a + b)) + logl(b) - logl(x) - logl(y) + log_binomial(a, a + b, x, y);
    if (a < 1) return logl(a / x) + log_binomial(a, a + b - 1, x, y);
    if (b < 1) return logl(b / y) + log_binomial(a - 1, a + b - 1, x, y);
    return logl(a + b - 1) + log_binomial(a - 1, a + b - 2, x, y);
  }
  real tail(real x, bool upper) const { return beta_tail(a, b, x, 1 - x, upper); }
  real guess(real p, bool upper) const {
    real other;
    return beta_tail_inverse(a, b, p, upper, &other);
  }
};

struct F : Family<F> {
  real m, n;
  F(real m, real n) : m(m), n(n) {}
  real low() const { return 0; }
  real log_density(real x) const {
    if (x < 0 || x == infinity) return -infinity;
    if (x == 0) return m < 2 ? infinity : m == 2 ? 0 : -infinity;
    if (n == infinity) return Gamma(0.5L * m, 2 / m).log_density(x);
    real f = n / (n + x * m), p = x * m / n, q = f;
    p = p > 1e4000L ? 1 : p * f;
    if (m >= 2) return logl(0.5L * m * q) + log_binomial(0.5L * m - 1, 0.5L * (m + n) - 1, p, q);
    return logl(0.5L * m * m * q) - logl(p * (m + n)) + log_binomial(0.5L * m, 0.5L * (m + n), p, q);
  }
  real tail(real x, bool upper) const {
    if (!(x > 0)) return upper ? 1 : 0;
    if (x == infinity) return upper ? 0 : 1;
    if (n == infinity) return gamma_tail(0.5L * m, 0.5L * m * x, upper);
    real ratio = x * m / n;
    return beta_tail(0.5L * m, 0.5L * n, 1 / (1 + 1 / ratio), 1 / (1 + ratio), upper);
  }
  real guess(real p, bool upper) const {
    if (n == infinity) return gamma_tail_inverse(0.5L * m, p, upper) * 2 / m;
    real y, x = beta_tail_inverse(0.5L * m, 0.5L * n, p, upper, &y);
    return n * x / (m * y);
  }
};

bool sampling_families(enum apus_family family, const Call &call) {
  real a = call.a, b = call.b;
  switch (family) {
    case APUS_NORMAL: call.at(Normal(a, b)); return true;
    case APUS_STUDENT_T: call.at(StudentT(a, b, call.c)); return true;
    case APUS_CHI_SQUARED: call.at(Gamma(0.5L * a, 2)); return true;
    case APUS_GAMMA_FAMILY: call.at(Gamma(a, b)); return true;
    case APUS_BETA_FAMILY: call.at(Beta(a, b)); return true;
    case APUS_F: call.at(F(a, b)); return true;
    default: return false;
  }
}

}  // namespace apus
