// Families of counts, and the entry to all families.
#include "families.hpp"

namespace apus {

template <class Self>
struct Counts : Family<Self> {
  const Self &self() const { return static_cast<const Self &>(*this); }
  real log_density(real x) const {
    return x == floorl(x) && x >= self().low() && x <= self().high() && fabsl(x) < infinity
        ? self().log_mass(x) : -infinity;
  }
  real density(real x) const { return expl(log_density(x)); }
  /// P(K > x), or P(K <= x).
  real tail(real x, bool upper) const {
    if (x < self().low()) return upper ? 1 : 0;
    if (x >= self().high()) return upper ? 0 : 1;
    return self().count_tail(floorl(x), upper);
  }
  /// The least k with P(K <= k) >= p, or with P(K > k) <= p. Doubles are compared, so that the
  /// quantile of a probability that was computed here is the count that it came from.
  real quantile(real p, bool upper) const {
    real low = self().low(), high = self().high();
    if (p == (upper ? 1 : 0)) return low;
    if (p == (upper ? 0 : 1)) return high;
    double target = p;
    auto reaches = [&](real k) {
      double value = tail(k, upper);
      return upper ? value <= target : value >= target;
    };
    if (reaches(low)) return low;
    real z = normal_tail_inverse(upper ? p : 1 - p);
    if (!upper && p < 1e-3L) z = -normal_tail_inverse(p);
    real at = floorl(self().center() + z * self().spread());
    if (!(at > low)) at = low + 1;
    if (!(at < high)) at = high == infinity ? low + 1 : high;
    // Below `under` no count reaches p; `over` does.
    real under = low, over = high;
    for (real step = 1 + floorl(0.01L * self().spread());; step *= 2) {
      if (reaches(at)) {
        over = at;
        if (at - step <= under) break;
        at -= step;
      } else {
        under = at;
        if (at + step >= over) break;
        at += step;
      }
    }
    if (over == infinity) return infinity;
    while (over - under > 1) {
      real middle = floorl(under + 0.5L * (over - under));
      if (under > 0 && over > 16 * under) middle = floorl(sqrtl(under) * sqrtl(over));
      if (middle <= under || middle >= over) break;
      if (reaches(middle)) over = middle; else under = middle;
    }
    return over;
  }
};

struct Binomial : Counts<Binomial> {
  real n, p, q;
  Binomial(real n, real p) : n(n), p(p), q(1 - p) {}
  real low() const { return 0; }
  real high() const { return n; }
  real center() const { return n * p; }
  real spread() const { return sqrtl(n * p * q); }
  real log_mass(real k) const { return log_binomial(k, n, p, q); }
  real count_tail(real k, bool upper) const { return beta_tail(k + 1, n - k, p, q, !upper); }
};

struct NegativeBinomial : Counts<NegativeBinomial> {
  real size, p, q;
  NegativeBinomial(real size, real p) : size(size), p(p), q(1 - p) {}
  real low() const { return 0; }
  real center() const { return size * q / p; }
  real spread() const { return sqrtl(size * q) / p; }
  real log_mass(real k) const {
    if (k == 0) return size * (p > 0.5L ? log1pl(-q) : logl(p));
    return log_binomial(size, k + size, p, q) + logl(size / (size + k));
  }
  real count_tail(real k, bool upper) const { return beta_tail(size, k + 1, p, q, upper); }
};

struct Poisson : Counts<Poisson> {
  real mean;
  explicit Poisson(real mean) : mean(mean) {}
  real low() const { return 0; }
  real center() const { return mean; }
  real spread() const { return sqrtl(mean); }
  real log_mass(real k) const { return log_poisson(k, mean); }
  real count_tail(real k, bool upper) const { return gamma_tail(k + 1, mean, !upper); }
};

struct Geometric : Counts<Geometric> {
  real p, log_rest;
  explicit Geometric(real p) : p(p), log_rest(log1pl(-p)) {}
  real low() const { return 1; }
  real center() const { return 1 / p; }
  real spread() const { return 1 / p; }
  real log_mass(real k) const { return k == 1 ? logl(p) : logl(p) + (k - 1) * log_rest; }
  real count_tail(real k, bool upper) const {
    return upper ? expl(k * log_rest) : -expm1l(k * log_rest);
  }
  real log_tail(real x, bool upper) const {
    if (x < 1) return upper ? 0 : -infinity;
    return upper ? floorl(x) * log_rest : logl(tail(x, false));
  }
};

struct Hypergeometric : Counts<Hypergeometric> {
  real population, successes, draws;
  Hypergeometric(real population, real successes, real draws)
      : population(population), successes(successes), draws(draws) {}
  real low() const {
    real least = draws + successes - population;
    return least > 0 ? least : 0;
  }
  real high() const { return draws < successes ? draws : successes; }
  real center() const { return population > 0 ? draws * (successes / population) : 0; }
  real spread() const {
    if (population < 2) return 0;
    return sqrtl(
        center() * ((population - successes) / population) * ((population - draws) / (population - 1)));
  }
  real log_mass(real k) const {
    if (population == 0) return 0;
    real p = draws / population, q = (population - draws) / population;
    return log_binomial(k, successes, p, q) + log_binomial(draws - k, population - successes, p, q) -
           log_binomial(draws, population, p, q);
  }
  real count_tail(real k, bool upper) const {
    // The smaller side is summed outward from its largest term.
    bool sumsUpper = k >= center();
    real at = sumsUpper ? k + 1 : k, term = expl(log_mass(at)), sum = 0;
    while (term > 0) {
      sum += term;
      if (term < 1e-22L * sum) break;
      if (sumsUpper)
        term *= (successes - at) / (at + 1) * (draws - at) / (population - successes - draws + at + 1);
      else
        term *= at / (successes - at + 1) * (population - successes - draws + at) / (draws - at + 1);
      at += sumsUpper ? 1 : -1;
      if (at < low() || at > high()) break;
    }
    return sumsUpper == upper ? sum : 1 - sum;
  }
};

struct Zipf : Counts<Zipf> {
  real exponent, log_total;
  explicit Zipf(real exponent) : exponent(exponent), log_total(logl(hurwitz_zeta(exponent, 1))) {}
  real low() const { return 1; }
  real center() const { return 1; }
  real spread() const { return 1; }
  real log_mass(real k) const { return -exponent * logl(k) - log_total; }
  real count_tail(real k, bool upper) const {
    real above = hurwitz_zeta(exponent, k + 1) * expl(-log_total);
    if (upper) return above;
    if (above < 0.5L) return 1 - above;
    real sum = 0;
    for (real j = k; j >= 1; j -= 1) {
      if (k > 1e5L) return 1 - above;
      sum += expl(log_mass(j));
    }
    return sum;
  }
};

bool counting_families(enum apus_family family, const Call &call) {
  real a = call.a, b = call.b;
  switch (family) {
    case APUS_BINOMIAL: call.at(Binomial(a, b)); return true;
    case APUS_NEGATIVE_BINOMIAL: call.at(NegativeBinomial(a, b)); return true;
    case APUS_POISSON: call.at(Poisson(a)); return true;
    case APUS_GEOMETRIC: call.at(Geometric(a)); return true;
    case APUS_HYPERGEOMETRIC: call.at(Hypergeometric(a, b, call.c)); return true;
    case APUS_ZIPF: call.at(Zipf(a)); return true;
    default: return false;
  }
}

}  // namespace apus

void apus_distribution(
    enum apus_family family, enum apus_part part, double a, double b, double c,
    const double *values, double *results, long count) {
  apus::Call call = {part, a, b, c, values, results, count};
  if (apus::sampling_families(family, call) || apus::shape_families(family, call) ||
      apus::noncentral_families(family, call) || apus::counting_families(family, call))
    return;
  for (long i = 0; i < count; i++) results[i] = apus::nan;
}
