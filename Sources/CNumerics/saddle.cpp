// Saddle-point forms of densities (Loader, "Fast and accurate computation of binomial
// probabilities", 2000) and the tails of the normal.
#include "numbers.hpp"

namespace apus {

real stirling_error(real n) {
  if (n < 24) {
    if (n <= 0) return infinity;
    return lgammal(n + 1) - (n + 0.5L) * logl(n) + n - log_root_two_pi;
  }
  // Bernoulli numbers: B(2k) / (2k (2k - 1) n^(2k - 1)).
  static const real terms[] = {
      1 / 12.0L, -1 / 360.0L, 1 / 1260.0L, -1 / 1680.0L, 1 / 1188.0L, -691 / 360360.0L, 1 / 156.0L,
      -3617 / 122400.0L, 43867 / 244188.0L, -174611 / 125400.0L};
  real square = 1 / (n * n), sum = 0;
  for (int k = 9; k >= 0; k--) sum = sum * square + terms[k];
  return sum / n;
}

real deviance(real x, real m) {
  if (x == 0) return m;
  real difference = x - m;
  if (fabsl(difference) >= 0.1L * (x + m)) return x * logl(x / m) + m - x;
  real v = difference / (x + m), sum = difference * v, power = 2 * x * v;
  v *= v;
  for (int k = 1; k < 1000; k++) {
    power *= v;
    real next = sum + power / (2 * k + 1);
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

real log_poisson(real x, real mean) {
  if (x < 0) return -infinity;
  if (mean == 0) return x == 0 ? 0 : -infinity;
  if (x == 0) return -mean;
  if (x < 1e-10L) return x * logl(mean) - mean - lgammal(x + 1);
  return -stirling_error(x) - deviance(x, mean) - log_root_two_pi - 0.5L * logl(x);
}

real log_binomial(real x, real n, real p, real q) {
  if (x < 0 || x > n) return -infinity;
  if (p == 0) return x == 0 ? 0 : -infinity;
  if (q == 0) return x == n ? 0 : -infinity;
  real rest = n - x;
  if (x == 0) return n == 0 ? 0 : n * (p < 0.5L ? log1pl(-p) : logl(q));
  if (rest == 0) return n * (q < 0.5L ? log1pl(-q) : logl(p));
  if (x < 1e-10L || rest < 1e-10L)
    return lgammal(n + 1) - lgammal(x + 1) - lgammal(rest + 1) + x * logl(p) + rest * logl(q);
  return stirling_error(n) - stirling_error(x) - stirling_error(rest) - deviance(x, n * p) -
         deviance(rest, n * q) - log_root_two_pi - 0.5L * (logl(x) + logl(rest / n));
}

real erfcx(real z) {
  if (z < 20) return expl(z * z) * erfcl(z);
  real square = 1 / (2 * z * z), term = 1, sum = 1;
  for (int k = 1; k < 60; k++) {
    term *= -(2 * k - 1) * square;
    sum += term;
    if (fabsl(term) < 1e-21L) break;
  }
  return sum / (z * sqrtl(pi));
}

real normal_tail(real z) { return 0.5L * erfcl(z * root_half); }

real log_normal_tail(real z) {
  if (z < -1) return log1pl(-normal_tail(-z));
  if (z < 30) return logl(normal_tail(z));
  return logl(0.5L * erfcx(z * root_half)) - 0.5L * z * z;
}

real normal_tail_inverse(real q) {
  if (q > 0.5L) return -normal_tail_inverse(1 - q);
  if (q == 0.5L) return 0;
  if (!(q > 0)) return q == 0 ? infinity : nan;
  // Newton on the logarithm of the tail, which is nearly a parabola.
  real z = q > 0.02L ? erfc_inverse(2 * q) / root_half : sqrtl(-2 * logl(q)), target = logl(q);
  for (int turn = 0; turn < 50; turn++) {
    real value = log_normal_tail(z);
    real slope = expl(-0.5L * z * z - log_root_two_pi - value);
    real step = (value - target) / slope;
    z += step;
    if (fabsl(step) <= 2e-19L * fabsl(z)) break;
  }
  return z;
}

}  // namespace apus
