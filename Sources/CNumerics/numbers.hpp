// What the files of special functions share. All work is done in 80-bit numbers where the processor
// has them, so that results are right to the last bits of a double and the tails do not underflow.
#pragma once
#include <cmath>
#include <limits>

#include "include/Special.h"

namespace apus {

typedef long double real;

constexpr real pi = 3.141592653589793238462643383279502884L;
constexpr real root_half = 0.707106781186547524400844362104849039L;
constexpr real log_root_two_pi = 0.918938533204672741780329736405617640L;
constexpr real infinity = std::numeric_limits<real>::infinity();
constexpr real nan = std::numeric_limits<real>::quiet_NaN();

// special.cpp
/// P(a, x), or Q(a, x) where `upper`.
real gamma_tail(real a, real x, bool upper);
/// The x where that is `p`; a first guess at least.
real gamma_tail_inverse(real a, real p, bool upper);
/// I_x(a, b), or its complement where `upper`; x + y = 1, so that neither loses digits.
real beta_tail(real a, real b, real x, real y, bool upper);
/// The x where that is `p`, and 1 - x.
real beta_tail_inverse(real a, real b, real p, bool upper, real *complement);
real student_t_quantile(real df, real p);
real erfc_inverse(real p);
real log_bessel_i0_scaled(real x);
real hurwitz_zeta(real s, real q);

// saddle.cpp: Loader's saddle-point forms (2000), which keep their digits at any size.
/// log n! - log(sqrt(2 pi n) (n/e)^n).
real stirling_error(real n);
/// x log(x/m) + m - x.
real deviance(real x, real m);
real log_poisson(real x, real mean);
real log_binomial(real x, real n, real p, real q);
real erfcx(real z);
/// P(Z > z), its logarithm, and the z where it is `q`.
real normal_tail(real z);
real log_normal_tail(real z);
real normal_tail_inverse(real q);

// noncentral.cpp
real noncentral_chi_squared_tail(real df, real lambda, real x, bool upper);
real noncentral_chi_squared_log_density(real df, real lambda, real x);
real noncentral_f_tail(real df1, real df2, real lambda, real x, bool upper);
real noncentral_f_log_density(real df1, real df2, real lambda, real x);
real noncentral_t_tail(real df, real delta, real t, bool upper);
real noncentral_t_log_density(real df, real delta, real t);

// range.cpp
real studentized_range_tail(real groups, real df, real q, bool upper);
real studentized_range_density(real groups, real df, real q);

// normal.cpp
/// P(Z > z + rest) in doubles.
double normal_tail_fast(double z, double rest);

/// The integral over the real line of exp(logarithm(u)), which has one peak near `start`; the
/// trapezoid rule, whose error falls exponentially with the step for functions without corners.
template <class F>
real peak_integral(F logarithm, real start, real width, real tolerance = 3e-16L) {
  real top = start, height = logarithm(start), step = width;
  for (int turn = 0; turn < 400 && step > width * 1e-6L; turn++) {
    real right = logarithm(top + step), left = logarithm(top - step);
    if (right > height) { top += step, height = right, step *= 1.5L; }
    else if (left > height) { top -= step, height = left, step *= 1.5L; }
    else step *= 0.25L;
  }
  if (!(height > -infinity)) return 0;
  real near_right = width, near_left = width;
  for (int turn = 0; turn < 200 && logarithm(top + near_right) < height - 0.5L; turn++)
    near_right *= 0.7L;
  for (int turn = 0; turn < 200 && logarithm(top - near_left) < height - 0.5L; turn++)
    near_left *= 0.7L;
  for (int turn = 0; turn < 60 && logarithm(top + near_right * 1.4L) > height - 0.5L; turn++)
    near_right *= 1.4L;
  for (int turn = 0; turn < 60 && logarithm(top - near_left * 1.4L) > height - 0.5L; turn++)
    near_left *= 1.4L;
  real h = 0.5L * (near_right < near_left ? near_right : near_left);
  real sum = 1, previous = 0;
  for (int level = 0; level < 9; level++) {
    // Level 0 takes all multiples of the step, each later one the odd multiples of half of it.
    if (level > 0) h *= 0.5L;
    for (int side = -1; side <= 1; side += 2)
      for (long k = 1; k < 200000; k += level == 0 ? 1 : 2) {
        real term = std::exp(logarithm(top + side * k * h) - height);
        sum += term;
        if (term < 1e-22L * sum) break;
      }
    real value = sum * h;
    if (level > 0 && std::fabs(value - previous) <= tolerance * value)
      return value * std::exp(height);
    previous = value;
  }
  return previous * std::exp(height);
}

}  // namespace apus
