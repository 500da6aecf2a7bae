// The studentized range: the range of `groups` normals over an independent standard deviation.
// The inner integral is over the largest of the normals, in doubles; the outer over the logarithm
// of the standard deviation. Both by the trapezoid rule, which is exact to rounding here.
#include "numbers.hpp"

namespace apus {

static constexpr double inner_step = 0.125;

static double normal_density(double z) { return 0.3989422804014326779 * exp(-0.5 * z * z); }

/// Phi(z) - Phi(z - w), with no cancellation.
static double between(double z, double w) {
  if (w < 0.5) {
    // Gauss and Legendre, 8 points.
    static const double points[] = {
        0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363};
    static const double weights[] = {
        0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763};
    double sum = 0, half = 0.5 * w, middle = z - half;
    for (int k = 0; k < 4; k++)
      sum += weights[k] * (normal_density(middle - half * points[k]) +
                           normal_density(middle + half * points[k]));
    return half * sum;
  }
  if (z > 0.5 * w) return normal_tail_fast(z - w, 0) - normal_tail_fast(z, 0);
  return normal_tail_fast(-z, 0) - normal_tail_fast(w - z, 0);
}

/// The sum of term(z) over the grid, from its middle outward; terms fall away on both sides.
template <class F>
static double grid_sum(double middle, F term) {
  double sum = 0, peak = 0;
  for (int side = -1; side <= 1; side += 2)
    for (int k = side > 0 ? 0 : 1; k < 2000; k++) {
      double value = term(middle + side * k * inner_step);
      sum += value;
      if (value > peak) peak = value;
      if (k > 24 && value <= 1e-19 * peak) break;
    }
  return sum * inner_step;
}

/// P(range > w) of so many normals, or P(range <= w).
static double range_tail(double groups, double w, bool upper) {
  double power = groups - 1;
  if (!upper)
    return groups * grid_sum(0.5 * w < 1 ? 0.5 * w : 1, [&](double z) {
      return normal_density(z) * pow(between(z, w), power);
    });
  return groups * grid_sum(0.5 * w, [&](double z) {
    double below = normal_tail_fast(-z, 0), far = normal_tail_fast(w - z, 0);
    if (!(below > 0)) return 0.0;
    return -normal_density(z) * pow(below, power) * expm1(power * log1p(-far / below));
  });
}

/// The density of the range at w.
static double range_density(double groups, double w) {
  return groups * (groups - 1) * grid_sum(0.5 * w, [&](double z) {
    return normal_density(z) * normal_density(z - w) * pow(between(z, w), groups - 2);
  });
}

/// The integral over the standard deviation of inner(q s).
template <class F>
static real over_deviation(real df, F log_inner) {
  real half = 0.5L * df;
  return peak_integral(
      [&](real u) { return logl(df) + log_poisson(half, half * expl(2 * u)) + log_inner(u); }, 0,
      1 / (1 + sqrtl(2 * df)), 4e-15L);
}

real studentized_range_tail(real groups, real df, real q, bool upper) {
  if (df == infinity) return range_tail(groups, q, upper);
  return over_deviation(
      df, [&](real u) { return logl(range_tail(groups, q * expl(u), upper)); });
}

real studentized_range_density(real groups, real df, real q) {
  if (df == infinity) return range_density(groups, q);
  return over_deviation(
      df, [&](real u) { return u + logl(range_density(groups, q * expl(u))); });
}

}  // namespace apus
