// The special functions: Boost.Math in 80-bit numbers behind a border that no exception crosses.
#include "numbers.hpp"

#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/owens_t.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace apus {

using namespace boost::math::policies;
typedef policy<
    domain_error<ignore_error>, pole_error<ignore_error>, overflow_error<ignore_error>,
    underflow_error<ignore_error>, denorm_error<ignore_error>, rounding_error<ignore_error>,
    evaluation_error<ignore_error>, indeterminate_result_error<ignore_error>,
    promote_float<false>, promote_double<false>>
    quiet;
static const quiet rules;

/// A tail of the gamma far from its middle, where Boost loses digits to a power of x / a: the mass
/// beside it, which the saddle-point form gives, times a series or a continued fraction.
static real far_gamma_tail(real a, real x, bool upper) {
  real front = expl(log_poisson(a, x));
  if (!upper) {
    real term = 1, sum = 1;
    for (real n = 1; n < 1e7L && term > 1e-21L * sum; n += 1) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  // Lentz's form of Legendre's fraction: Q = x^a e^-x / gamma(a) / (x + 1 - a - 1 (1 - a) / …).
  real b = x + 1 - a, c = infinity, d = 1 / b, h = d;
  for (real n = 1; n < 1e7L; n += 1) {
    real factor = -n * (n - a);
    b += 2;
    d = 1 / (factor * d + b);
    c = b + factor / c;
    h *= c * d;
    if (fabsl(c * d - 1) < 1e-20L) break;
  }
  return front * a * h;
}

real gamma_tail(real a, real x, bool upper) {
  if (!(x > 0)) return upper ? 1 : 0;
  if (x == infinity) return upper ? 0 : 1;
  if (a > 1000 && (upper ? x > a + 6 * sqrtl(a) : x < a - 6 * sqrtl(a)))
    return far_gamma_tail(a, x, upper);
  return upper ? boost::math::gamma_q(a, x, rules) : boost::math::gamma_p(a, x, rules);
}

real gamma_tail_inverse(real a, real p, bool upper) {
  return upper ? boost::math::gamma_q_inv(a, p, rules) : boost::math::gamma_p_inv(a, p, rules);
}

/// I_x(a, b) far below its middle: the binomial mass beside it times a continued fraction.
static real far_beta_tail(real a, real b, real x, real y) {
  real front = expl(log_binomial(a, a + b, x, y)) * (b / (a + b));
  real c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), h = d;
  for (real m = 1; m < 1e6L; m += 1) {
    real even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    h *= c * d;
    real odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    h *= c * d;
    if (fabsl(c * d - 1) < 1e-20L) break;
  }
  return front * h;
}

real beta_tail(real a, real b, real x, real y, bool upper) {
  if (!(x > 0)) return upper ? 1 : 0;
  if (!(y > 0)) return upper ? 0 : 1;
  if (upper) return beta_tail(b, a, y, x, false);
  real sum = a + b, spread = 6 * sqrtl((a / sum) * (b / sum) / sum);
  if (a > 1 && b > 1 && sum > 1000 && x < a / sum - spread) return far_beta_tail(a, b, x, y);
  if (x <= y) return boost::math::ibeta(a, b, x, rules);
  return boost::math::ibetac(b, a, y, rules);
}

real beta_tail_inverse(real a, real b, real p, bool upper, real *complement) {
  return upper ? boost::math::ibetac_inv(a, b, p, complement, rules)
               : boost::math::ibeta_inv(a, b, p, complement, rules);
}

real student_t_quantile(real df, real p) {
  return boost::math::quantile(boost::math::students_t_distribution<real, quiet>(df), p);
}

real erfc_inverse(real p) { return boost::math::erfc_inv(p, rules); }

real log_bessel_i0_scaled(real x) {
  if (x < 100) return logl(boost::math::cyl_bessel_i(0, x, rules)) - x;
  real term = 1, sum = 1;
  for (int k = 1; k < 60; k++) {
    term *= (2 * k - 1) * (2 * k - 1) / (8 * k * x);
    sum += term;
    if (term < 1e-21L) break;
  }
  return logl(sum) - 0.5L * logl(2 * pi * x);
}

/// Bessel I of order n, times exp(-x) where `scaled`.
static real bessel_i(real n, real x, bool scaled) {
  if (!scaled) return boost::math::cyl_bessel_i(n, x, rules);
  real size = fabsl(x);
  if (size < 100 + n * n) return boost::math::cyl_bessel_i(n, x, rules) * expl(-size);
  real term = 1, sum = 1;
  for (int k = 1; k < 200; k++) {
    real next = term * ((2 * k - 1) * (2 * k - 1) - 4 * n * n) / (8 * k * size);
    if (fabsl(next) > fabsl(term)) break;
    term = next;
    sum += term;
    if (fabsl(term) < 1e-21L * fabsl(sum)) break;
  }
  bool isOdd = fmodl(n, 2) == 1;
  return (x < 0 && isOdd ? -sum : sum) / sqrtl(2 * pi * size);
}

real hurwitz_zeta(real s, real q) {
  // Euler and Maclaurin: a sum of the first terms, an integral, and corrections.
  if (!(s > 1) || !(q > 0)) return nan;
  real sum = 0, a = q;
  while (a < q + 14 || a < 14) {
    real term = powl(a, -s);
    sum += term;
    a += 1;
    if (term < 1e-22L * sum) return sum;
  }
  real power = powl(a, -s);
  sum += power * a / (s - 1) + 0.5L * power;
  // B(2k) / (2k)!
  static const real terms[] = {
      1 / 12.0L, -1 / 720.0L, 1 / 30240.0L, -1 / 1209600.0L, 1 / 47900160.0L,
      -691 / 1307674368000.0L, 1 / 74724249600.0L, -3617 / 10670622842880000.0L,
      43867 / 5109094217170944000.0L, -174611 / 802857662698291200000.0L,
      77683 / 14101100039391805440000.0L, -236364091 / 1693824136731743669452800000.0L};
  real factor = s, rest = power / a;
  for (int k = 0; k < 12; k++) {
    sum += terms[k] * factor * rest;
    rest /= a * a;
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2);
    if (fabsl(factor * rest) < 1e-24L * sum) break;
  }
  return sum;
}

/// log |B(a, b)|, without the cancellation of three large log-gammas.
static real log_beta(real a, real b) {
  if (a > b) { real c = a; a = b; b = c; }
  if (!(a > 0)) return a == 0 ? infinity : nan;
  if (b < 24) return lgammal(a) + lgammal(b) - lgammal(a + b);
  real n = a + b;
  if (a < 24)
    return lgammal(a) + stirling_error(b) - stirling_error(n) + a - a * logl(n) -
           (b - 0.5L) * log1pl(a / b) + 0;
  return stirling_error(a) + stirling_error(b) - stirling_error(n) + log_root_two_pi -
         0.5L * logl(b) + (a - 0.5L) * logl(a / n) - b * log1pl(a / b);
}

static real special(enum apus_function function, real a, real b, real c) {
  real other;
  switch (function) {
    case APUS_ERF: return erfl(a);
    case APUS_ERFC: return erfcl(a);
    case APUS_ERFCX: return erfcx(a);
    case APUS_ERF_INV: return fabsl(a) > 1 ? nan : boost::math::erf_inv(a, rules);
    case APUS_ERFC_INV: return a < 0 || a > 2 ? nan : boost::math::erfc_inv(a, rules);
    case APUS_GAMMA: return a < 0 && floorl(a) == a ? nan : boost::math::tgamma(a, rules);
    case APUS_LOG_GAMMA: return boost::math::lgamma(a, rules);
    case APUS_DIGAMMA: return boost::math::digamma(a, rules);
    case APUS_TRIGAMMA: return boost::math::trigamma(a, rules);
    case APUS_BETA: return a > 0 && b > 0 ? expl(log_beta(a, b)) : nan;
    case APUS_LOG_BETA: return log_beta(a, b);
    case APUS_GAMMA_P: return a > 0 && b >= 0 ? gamma_tail(a, b, false) : nan;
    case APUS_GAMMA_Q: return a > 0 && b >= 0 ? gamma_tail(a, b, true) : nan;
    case APUS_GAMMA_P_INV: return a > 0 && b >= 0 && b <= 1 ? gamma_tail_inverse(a, b, false) : nan;
    case APUS_GAMMA_Q_INV: return a > 0 && b >= 0 && b <= 1 ? gamma_tail_inverse(a, b, true) : nan;
    case APUS_BETA_I:
    case APUS_BETA_IC:
      if (!(a > 0 && b > 0 && c >= 0 && c <= 1)) return nan;
      return beta_tail(a, b, c, 1 - c, function == APUS_BETA_IC);
    case APUS_BETA_I_INV:
    case APUS_BETA_IC_INV:
      if (!(a > 0 && b > 0 && c >= 0 && c <= 1)) return nan;
      return beta_tail_inverse(a, b, c, function == APUS_BETA_IC_INV, &other);
    case APUS_BESSEL_I: return bessel_i(a, b, false);
    case APUS_BESSEL_I_SCALED: return bessel_i(a, b, true);
    case APUS_OWENS_T: return boost::math::owens_t(a, b, rules);
    case APUS_ZETA: return hurwitz_zeta(a, b);
    case APUS_LOG_CHOOSE: return -log_beta(a - b + 1, b + 1) - log1pl(a);
  }
  return nan;
}

}  // namespace apus

double apus_special(enum apus_function function, double a, double b, double c) {
  if (a != a || b != b || c != c) return apus::nan;
  try {
    return apus::special(function, a, b, c);
  } catch (...) {
    return apus::nan;
  }
}
