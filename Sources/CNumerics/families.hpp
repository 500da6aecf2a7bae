// The families of distributions: what each knows of itself.
#pragma once
#include "numbers.hpp"

namespace apus {

/// What a family has when it says nothing better: logarithms of the tails, and quantiles by a
/// search on the logarithm of the smaller tail.
template <class Self>
struct Family {
  const Self &self() const { return static_cast<const Self &>(*this); }
  real low() const { return -infinity; }
  real high() const { return infinity; }
  real density(real x) const { return expl(self().log_density(x)); }
  real log_tail(real x, bool upper) const { return logl(self().tail(x, upper)); }

  /// The x with tail(x, upper) = p. Each turn is a Newton step on the logarithm of the tail, kept
  /// between bounds that close in.
  real quantile(real p, bool upper) const {
    real low = self().low(), high = self().high();
    if (p == 0) return upper ? high : low;
    if (p == 1) return upper ? low : high;
    if (p > 0.5L) { p = 1 - p; upper = !upper; }
    real target = logl(p), x = self().guess(p, upper);
    if (!(x > low && x < high)) x = inside(low, high);
    for (int turn = 0; turn < 400; turn++) {
      real value = self().log_tail(x, upper) - target;
      bool tooLow = upper ? value > 0 : value < 0;
      if (value == 0) return x;
      if (tooLow) low = x; else high = x;
      real slope = expl(self().log_density(x) - (value + target));
      real step = (upper ? value : -value) / slope, next = x + step;
      // Newton's error is squared by each step: after one this small the next changes nothing. Far
      // from the target a steep or rounded slope makes small steps too: these do not end it.
      if (fabsl(value) < 1e-3L && fabsl(step) <= 1e-11L * fabsl(x)) return x + step;
      // Where the support is positive the tail may be a power of x: steps in log x then.
      if (low >= 0 && x > 0) next = fabsl(step) < 1e-3L * x ? x + step : x * expl(step / x);
      if (!(next > low && next < high)) next = inside(low, high);
      if (next == x) return x;
      x = next;
    }
    return x;
  }

  /// A point between bounds of which either may be infinite.
  static real inside(real low, real high) {
    if (low == -infinity && high == infinity) return 0;
    if (low == -infinity) return high < 0 ? 2 * high : high - 1 - fabsl(high);
    if (high == infinity) return low > 0 ? 2 * low : low + 1 + fabsl(low);
    if (low == 0) return high > 1e-20L ? high * 0.125L : high * 1e-40L;
    if (low > 0 && high > 8 * low) return sqrtl(low) * sqrtl(high);
    return low + 0.5L * (high - low);
  }
};

template <class D>
double part_of(const D &family, enum apus_part part, double value) {
  real x = value;
  bool isInverse = part == APUS_QUANTILE || part == APUS_UPPER_QUANTILE;
  if (isInverse && !(x >= 0 && x <= 1)) return nan;
  switch (part) {
    case APUS_DENSITY: return family.density(x);
    case APUS_LOG_DENSITY: return family.log_density(x);
    case APUS_LOWER: return family.tail(x, false);
    case APUS_UPPER: return family.tail(x, true);
    case APUS_LOG_LOWER:
    case APUS_LOG_UPPER: {
      bool upper = part == APUS_LOG_UPPER;
      // Near 1 the logarithm is that of 1 less the other tail.
      real other = family.tail(x, !upper);
      return other < 0.5L ? log1pl(-other) : family.log_tail(x, upper);
    }
    case APUS_QUANTILE: return family.quantile(x, false);
    case APUS_UPPER_QUANTILE: return family.quantile(x, true);
  }
  return nan;
}

/// The part at each of the values; an exception inside a library becomes NaN.
template <class D>
void parts_of(
    const D &family, enum apus_part part, const double *values, double *results, long count) {
  for (long i = 0; i < count; i++) {
    if (values[i] != values[i]) { results[i] = values[i]; continue; }
    try {
      results[i] = part_of(family, part, values[i]);
    } catch (...) {
      results[i] = nan;
    }
  }
}

struct Call {
  enum apus_part part;
  real a, b, c;
  const double *values;
  double *results;
  long count;
  template <class D>
  void at(const D &family) const { parts_of(family, part, values, results, count); }
};

// Each answers for its families; false where the family is none of its own.
bool sampling_families(enum apus_family family, const Call &call);
bool shape_families(enum apus_family family, const Call &call);
bool noncentral_families(enum apus_family family, const Call &call);
bool counting_families(enum apus_family family, const Call &call);

}  // namespace apus
