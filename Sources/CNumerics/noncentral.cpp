// Non-central chi-squared, F and t: sums and integrals of positive terms only, so that both tails
// keep their digits.
#include "families.hpp"

namespace apus {

/// Where log_term(j), which rises and then falls, is largest among the whole numbers from 0.
template <class F>
static real peak_index(F log_term, real start) {
  real at = floorl(start), height = log_term(at);
  for (real step = 1; step >= 1;) {
    real up = log_term(at + step), down = at - step >= 0 ? log_term(at - step) : -infinity;
    if (up > height) { at += step, height = up, step *= 2; }
    else if (down > height) { at -= step, height = down, step *= 2; }
    else step = step == 1 ? 0 : floorl(step / 2);
  }
  return at;
}

/// The sum of exp(log_term(j)) over the whole numbers from 0, from its peak to both sides.
template <class F>
static real log_sum(F log_term, real start) {
  real peak = peak_index(log_term, start), height = log_term(peak), sum = 1;
  for (real j = peak + 1;; j += 1) {
    real term = expl(log_term(j) - height);
    sum += term;
    if (!(term > 1e-22L * sum)) break;
  }
  for (real j = peak - 1; j >= 0; j -= 1) {
    real term = expl(log_term(j) - height);
    sum += term;
    if (!(term > 1e-22L * sum)) break;
  }
  return height + logl(sum);
}

/// The mixture of tails(j) with Poisson weights of mean `half`. Lower tails shrink with j by
/// drop(j) = tail(j) - tail(j + 1), upper ones grow by it, so each is summed in the direction in
/// which the differences are added.
template <class Tail, class Drop>
static real mixture_tail(real half, bool upper, Tail tail, Drop drop) {
  auto log_term = [&](real j) { return log_poisson(j, half) + logl(tail(j)); };
  real peak = peak_index(log_term, half), weight = expl(log_poisson(peak, half)), edge = weight;
  real j = peak;
  if (upper) {
    while (j > 0 && edge > 1e-24L * weight) { edge *= j / half; j -= 1; }
  } else {
    while (edge > 1e-24L * weight) { j += 1; edge *= half / j; }
  }
  real value = tail(j), mass = expl(log_poisson(j, half)), sum = 0;
  for (;;) {
    real term = mass * value;
    sum += term;
    if (upper) {
      if (j > peak && j > half && mass <= 1e-22L * sum) break;
      value += drop(j);
      j += 1;
      mass *= half / j;
    } else {
      if (j == 0 || (j < peak && j < half && mass <= 1e-22L * sum)) break;
      value += drop(j - 1);
      mass *= j / half;
      j -= 1;
    }
  }
  return sum;
}

real noncentral_chi_squared_tail(real df, real lambda, real x, bool upper) {
  if (!(x > 0)) return upper ? 1 : 0;
  if (x == infinity) return upper ? 0 : 1;
  if (lambda == 0) return gamma_tail(0.5L * df, 0.5L * x, upper);
  return mixture_tail(
      0.5L * lambda, upper, [&](real j) { return gamma_tail(0.5L * df + j, 0.5L * x, upper); },
      [&](real j) { return expl(log_poisson(0.5L * df + j, 0.5L * x)); });
}

real noncentral_chi_squared_log_density(real df, real lambda, real x) {
  if (x < 0 || x == infinity) return -infinity;
  if (x == 0) return df < 2 ? infinity : df == 2 ? -0.5L * lambda - logl(2.0L) : -infinity;
  auto log_term = [&](real j) {
    real shape = 0.5L * df + j;
    real component = shape < 1 ? log_poisson(shape, 0.5L * x) + logl(shape / x)
                               : log_poisson(shape - 1, 0.5L * x) - logl(2.0L);
    return log_poisson(j, 0.5L * lambda) + component;
  };
  return lambda == 0 ? log_term(0) : log_sum(log_term, 0.5L * lambda);
}

real noncentral_f_tail(real df1, real df2, real lambda, real value, bool upper) {
  if (!(value > 0)) return upper ? 1 : 0;
  if (value == infinity) return upper ? 0 : 1;
  real ratio = value * df1 / df2, x = 1 / (1 + 1 / ratio), y = 1 / (1 + ratio), b = 0.5L * df2;
  if (lambda == 0) return beta_tail(0.5L * df1, b, x, y, upper);
  return mixture_tail(
      0.5L * lambda, upper, [&](real j) { return beta_tail(0.5L * df1 + j, b, x, y, upper); },
      [&](real j) {
        real a = 0.5L * df1 + j;
        return expl(log_binomial(a, a + b, x, y)) * (b / (a + b));
      });
}

real noncentral_f_log_density(real df1, real df2, real lambda, real value) {
  if (value < 0 || value == infinity) return -infinity;
  if (value == 0) return df1 < 2 ? infinity : df1 == 2 ? -0.5L * lambda : -infinity;
  real ratio = value * df1 / df2, x = 1 / (1 + 1 / ratio), y = 1 / (1 + ratio), b = 0.5L * df2;
  // With dx / dvalue = x y / value, the density of x being x^(a-1) y^(b-1) / B(a, b).
  auto log_term = [&](real j) {
    real a = 0.5L * df1 + j;
    return log_poisson(j, 0.5L * lambda) + log_binomial(a, a + b, x, y) + logl(a) +
           logl(b / (a + b) / value);
  };
  return lambda == 0 ? log_term(0) : log_sum(log_term, 0.5L * lambda);
}

/// The logarithm of the density of u = log sqrt(chi-squared / df).
static real log_root_density(real df, real u) {
  real half = 0.5L * df;
  return logl(df) + log_poisson(half, half * expl(2 * u));
}

real noncentral_t_tail(real df, real delta, real t, bool upper) {
  if (t == infinity || t == -infinity) return (t > 0) == upper ? 0 : 1;
  if (!upper) { t = -t; delta = -delta; }
  // P(Z + delta > t S), given S.
  return peak_integral(
      [&](real u) { return log_root_density(df, u) + log_normal_tail(t * expl(u) - delta); }, 0,
      1 / (1 + sqrtl(2 * df)));
}

real noncentral_t_log_density(real df, real delta, real t) {
  if (t == infinity || t == -infinity) return -infinity;
  return logl(peak_integral(
      [&](real u) {
        real z = t * expl(u) - delta;
        return log_root_density(df, u) + u - 0.5L * z * z - log_root_two_pi;
      },
      0, 1 / (1 + sqrtl(2 * df))));
}

struct NoncentralChiSquared : Family<NoncentralChiSquared> {
  real df, lambda;
  NoncentralChiSquared(real df, real lambda) : df(df), lambda(lambda) {}
  real low() const { return 0; }
  real log_density(real x) const { return noncentral_chi_squared_log_density(df, lambda, x); }
  real tail(real x, bool upper) const { return noncentral_chi_squared_tail(df, lambda, x, upper); }
  real guess(real p, bool upper) const {
    // Sankaran's normal approximation in its simplest form.
    real z = normal_tail_inverse(p);
    return df + lambda + (upper ? z : -z) * sqrtl(2 * (df + 2 * lambda));
  }
};

struct NoncentralF : Family<NoncentralF> {
  real df1, df2, lambda;
  NoncentralF(real df1, real df2, real lambda) : df1(df1), df2(df2), lambda(lambda) {}
  real low() const { return 0; }
  real log_density(real x) const { return noncentral_f_log_density(df1, df2, lambda, x); }
  real tail(real x, bool upper) const { return noncentral_f_tail(df1, df2, lambda, x, upper); }
  real guess(real p, bool upper) const {
    // A central F with the degrees of freedom that match two moments.
    real size = (df1 + lambda) / df1, df = (df1 + lambda) * (df1 + lambda) / (df1 + 2 * lambda);
    real y, x = beta_tail_inverse(0.5L * df, 0.5L * df2, p, upper, &y);
    return size * df2 * x / (df * y);
  }
};

struct NoncentralT : Family<NoncentralT> {
  real df, delta;
  NoncentralT(real df, real delta) : df(df), delta(delta) {}
  real log_density(real t) const { return noncentral_t_log_density(df, delta, t); }
  real tail(real t, bool upper) const { return noncentral_t_tail(df, delta, t, upper); }
  real guess(real p, bool upper) const {
    real z = normal_tail_inverse(p);
    return delta + (upper ? z : -z) * sqrtl(1 + delta * delta / (2 * df));
  }
};

struct StudentizedRange : Family<StudentizedRange> {
  real groups, df;
  StudentizedRange(real groups, real df) : groups(groups), df(df) {}
  real low() const { return 0; }
  real density(real q) const { return q > 0 ? studentized_range_density(groups, df, q) : 0; }
  real log_density(real q) const { return logl(density(q)); }
  real tail(real q, bool upper) const {
    if (!(q > 0)) return upper ? 1 : 0;
    if (q == infinity) return upper ? 0 : 1;
    return studentized_range_tail(groups, df, q, upper);
  }
  real guess(real p, bool upper) const {
    return 1.4142135623730951L * normal_tail_inverse(upper ? p / (groups * groups) : 1 - p / groups);
  }
};

bool noncentral_families(enum apus_family family, const Call &call) {
  switch (family) {
    case APUS_NONCENTRAL_T: call.at(NoncentralT(call.a, call.b)); return true;
    case APUS_NONCENTRAL_F: call.at(NoncentralF(call.a, call.b, call.c)); return true;
    case APUS_NONCENTRAL_CHI_SQUARED: call.at(NoncentralChiSquared(call.a, call.b)); return true;
    case APUS_STUDENTIZED_RANGE: call.at(StudentizedRange(call.a, call.b)); return true;
    default: return false;
  }
}

}  // namespace apus
