// Families with closed forms, the inverse Gaussian and von Mises.
#include "families.hpp"

namespace apus {

/// A family of x = location + scale * z, or log x; `Standard` has the tails of z.
struct Exponential : Family<Exponential> {
  real rate;
  explicit Exponential(real rate) : rate(rate) {}
  real low() const { return 0; }
  real log_density(real x) const { return x < 0 ? -infinity : logl(rate) - rate * x; }
  real log_tail(real x, bool upper) const {
    if (!(x > 0)) return upper ? 0 : -infinity;
    return upper ? -rate * x : logl(tail(x, false));
  }
  real tail(real x, bool upper) const {
    if (!(x > 0)) return upper ? 1 : 0;
    return upper ? expl(-rate * x) : -expm1l(-rate * x);
  }
  real quantile(real p, bool upper) const { return -(upper ? logl(p) : log1pl(-p)) / rate; }
};

struct Uniform : Family<Uniform> {
  real a, b;
  Uniform(real a, real b) : a(a), b(b) {}
  real log_density(real x) const { return x < a || x > b ? -infinity : -logl(b - a); }
  real tail(real x, bool upper) const {
    if (x <= a) return upper ? 1 : 0;
    if (x >= b) return upper ? 0 : 1;
    return (upper ? b - x : x - a) / (b - a);
  }
  real quantile(real p, bool upper) const {
    return upper ? b - p * (b - a) : a + p * (b - a);
  }
};

struct Weibull : Family<Weibull> {
  real shape, scale;
  Weibull(real shape, real scale) : shape(shape), scale(scale) {}
  real hazard(real x) const { return powl(x / scale, shape); }
  real log_density(real x) const {
    if (x < 0 || x == infinity) return -infinity;
    if (x == 0) return shape < 1 ? infinity : shape == 1 ? -logl(scale) : -infinity;
    return logl(shape / scale) + (shape - 1) * logl(x / scale) - hazard(x);
  }
  real tail(real x, bool upper) const {
    if (!(x > 0)) return upper ? 1 : 0;
    return upper ? expl(-hazard(x)) : -expm1l(-hazard(x));
  }
  real log_tail(real x, bool upper) const {
    if (!(x > 0)) return upper ? 0 : -infinity;
    return upper ? -hazard(x) : logl(tail(x, false));
  }
  real quantile(real p, bool upper) const {
    return scale * powl(-(upper ? logl(p) : log1pl(-p)), 1 / shape);
  }
};

struct LogNormal : Family<LogNormal> {
  real mean, sd;
  LogNormal(real mean, real sd) : mean(mean), sd(sd) {}
  real z(real x) const { return (logl(x) - mean) / sd; }
  real log_density(real x) const {
    if (!(x > 0) || x == infinity) return -infinity;
    return -0.5L * z(x) * z(x) - log_root_two_pi - logl(sd) - logl(x);
  }
  real tail(real x, bool upper) const {
    if (!(x > 0)) return upper ? 1 : 0;
    return normal_tail(upper ? z(x) : -z(x));
  }
  real log_tail(real x, bool upper) const {
    if (!(x > 0)) return upper ? 0 : -infinity;
    return log_normal_tail(upper ? z(x) : -z(x));
  }
  real quantile(real p, bool upper) const {
    real value = normal_tail_inverse(p);
    return expl(mean + (upper ? value : -value) * sd);
  }
};

struct Cauchy : Family<Cauchy> {
  real location, scale;
  Cauchy(real location, real scale) : location(location), scale(scale) {}
  real log_density(real x) const {
    real z = fabsl(x - location) / scale;
    return -logl(pi * scale) - (z > 1e10L ? 2 * logl(z) : log1pl(z * z));
  }
  real tail(real x, bool upper) const {
    real z = (upper ? x - location : location - x) / scale;
    if (z > 0) return atanl(1 / z) / pi;
    return 0.5L - atanl(z) / pi;
  }
  real quantile(real p, bool upper) const {
    if (p == 0 || p == 1) return (p == 0) == upper ? infinity : -infinity;
    real z = p == 0.5L ? 0 : p < 0.5L ? 1 / tanl(pi * p) : -1 / tanl(pi * (1 - p));
    return location + (upper ? z : -z) * scale;
  }
};

struct Laplace : Family<Laplace> {
  real location, scale;
  Laplace(real location, real scale) : location(location), scale(scale) {}
  real log_density(real x) const { return -fabsl(x - location) / scale - logl(2 * scale); }
  real tail(real x, bool upper) const {
    real z = (upper ? x - location : location - x) / scale;
    return z > 0 ? 0.5L * expl(-z) : 1 - 0.5L * expl(z);
  }
  real log_tail(real x, bool upper) const {
    real z = (upper ? x - location : location - x) / scale;
    return z > 0 ? -z - logl(2.0L) : log1pl(-0.5L * expl(z));
  }
  real quantile(real p, bool upper) const {
    real z = p < 0.5L ? -logl(2 * p) : logl(2 * (1 - p));
    return location + (upper ? z : -z) * scale;
  }
};

struct Logistic : Family<Logistic> {
  real location, scale;
  Logistic(real location, real scale) : location(location), scale(scale) {}
  real log_density(real x) const {
    real z = fabsl(x - location) / scale;
    return -z - logl(scale) - 2 * log1pl(expl(-z));
  }
  real log_tail(real x, bool upper) const {
    real z = (upper ? x - location : location - x) / scale;
    return z > 0 ? -z - log1pl(expl(-z)) : -log1pl(expl(z));
  }
  real tail(real x, bool upper) const {
    real z = (upper ? x - location : location - x) / scale;
    return z > 0 ? expl(-z) / (1 + expl(-z)) : 1 / (1 + expl(z));
  }
  real quantile(real p, bool upper) const {
    real z = fabsl(p - 0.5L) < 0.25L ? -2 * atanhl(2 * p - 1) : log1pl(-p) - logl(p);
    return location + (upper ? z : -z) * scale;
  }
};

struct Pareto : Family<Pareto> {
  real scale, shape;
  Pareto(real scale, real shape) : scale(scale), shape(shape) {}
  real log_ratio(real x) const {  // log(x / scale)
    return x < 2 * scale ? log1pl((x - scale) / scale) : logl(x / scale);
  }
  real log_density(real x) const {
    return x < scale || x == infinity ? -infinity : logl(shape / scale) - (shape + 1) * log_ratio(x);
  }
  real tail(real x, bool upper) const {
    if (!(x > scale)) return upper ? 1 : 0;
    return upper ? expl(-shape * log_ratio(x)) : -expm1l(-shape * log_ratio(x));
  }
  real log_tail(real x, bool upper) const {
    if (!(x > scale)) return upper ? 0 : -infinity;
    return upper ? -shape * log_ratio(x) : logl(tail(x, false));
  }
  real quantile(real p, bool upper) const {
    return scale * expl(-(upper ? logl(p) : log1pl(-p)) / shape);
  }
};

struct Gumbel : Family<Gumbel> {
  real location, scale;
  Gumbel(real location, real scale) : location(location), scale(scale) {}
  real z(real x) const { return (x - location) / scale; }
  real log_density(real x) const {
    if (x == infinity || x == -infinity) return -infinity;
    return -z(x) - expl(-z(x)) - logl(scale);
  }
  real tail(real x, bool upper) const {
    return upper ? -expm1l(-expl(-z(x))) : expl(-expl(-z(x)));
  }
  real log_tail(real x, bool upper) const { return upper ? logl(tail(x, true)) : -expl(-z(x)); }
  real quantile(real p, bool upper) const {
    return location - scale * logl(-(upper ? log1pl(-p) : logl(p)));
  }
};

struct Triangular : Family<Triangular> {
  real a, mode, b;
  Triangular(real a, real mode, real b) : a(a), mode(mode), b(b) {}
  real log_density(real x) const {
    if (x < a || x > b) return -infinity;
    if (x == mode) return logl(2 / (b - a));
    if (x < mode) return logl(2 * (x - a) / (b - a) / (mode - a));
    return logl(2 * (b - x) / (b - a) / (b - mode));
  }
  real tail(real x, bool upper) const {
    if (x <= a) return upper ? 1 : 0;
    if (x >= b) return upper ? 0 : 1;
    if (x < mode) {
      real below = (x - a) / (b - a) * ((x - a) / (mode - a));
      return upper ? 1 - below : below;
    }
    real above = (b - x) / (b - a) * ((b - x) / (b - mode));
    return upper ? above : 1 - above;
  }
  real quantile(real p, bool upper) const {
    real below = upper ? 1 - p : p, above = upper ? p : 1 - p;
    if (below * (b - a) < mode - a) return a + sqrtl(below * (b - a) * (mode - a));
    return b - sqrtl(above * (b - a) * (b - mode));
  }
};

struct InverseGaussian : Family<InverseGaussian> {
  real mean, shape;
  InverseGaussian(real mean, real shape) : mean(mean), shape(shape) {}
  real low() const { return 0; }
  real log_density(real x) const {
    if (!(x > 0) || x == infinity) return -infinity;
    real off = (x - mean) / mean;
    return 0.5L * (logl(shape) - 3 * logl(x)) - log_root_two_pi - shape / x * off * off / 2;
  }
  real log_tail(real x, bool upper) const {
    if (!(x > 0)) return upper ? 0 : -infinity;
    if (x == infinity) return upper ? -infinity : 0;
    real root = sqrtl(shape / x), a = root * ((x - mean) / mean), b = root * ((x + mean) / mean);
    if (!upper) {
      // Phi(a) + exp(2 shape / mean) Phi(-b), both with exp(-a^2 / 2) taken out.
      if (a < 0) return logl(0.5L * (erfcx(-a * root_half) + erfcx(b * root_half))) - 0.5L * a * a;
      return log1pl(-expl(log_tail(x, true)));
    }
    if (a < 0) return log1pl(-expl(log_tail(x, false)));
    real near = erfcx(a * root_half), far = erfcx(b * root_half);
    if (near - far > 1e-3L * near) return logl(0.5L * (near - far)) - 0.5L * a * a;
    // The two nearly cancel: integrate the density beyond x, as a multiple of that at x.
    real base = log_density(x), width = 1 / (shape / (2 * mean * mean) + 1 / x);
    return base + logl(peak_integral(
        [&](real u) {
          real step = expl(u - expl(-u)) * width;
          real bend = 1 - mean * mean / (x * (x + step));
          return -1.5L * log1pl(step / x) - shape / (2 * mean * mean) * step * bend +
                 logl(step * (1 + expl(-u)));
        }, 0, 1));
  }
  real tail(real x, bool upper) const { return expl(log_tail(x, upper)); }
  real guess(real p, bool upper) const {
    // A log-normal with the same first two moments.
    real variance = log1pl(mean / shape), z = normal_tail_inverse(p);
    real x = mean * expl((upper ? z : -z) * sqrtl(variance) - 0.5L * variance);
    // Neither tail is more than exp(-shape (x - mean)^2 / (2 mean^2 x)), which bounds its quantile.
    real far = 2 / mean - 2 * logl(p) / shape;
    return upper ? fminl(x, mean * mean * far) : fmaxl(x, 1 / far);
  }
};

struct VonMises : Family<VonMises> {
  real location, kappa, log_scale;
  VonMises(real location, real kappa)
      : location(location), kappa(kappa), log_scale(logl(2 * pi) + log_bessel_i0_scaled(kappa)) {}
  real low() const { return location - pi; }
  real high() const { return location + pi; }
  real at_angle(real angle) const {
    real half = sinl(0.5L * angle);
    return -2 * kappa * half * half - log_scale;
  }
  real log_density(real x) const { return at_angle(x - location); }
  real tail(real x, bool upper) const {
    real angle = upper ? location - x : x - location;  // The mass from -pi to this.
    if (angle <= -pi) return 0;
    if (angle >= pi) return 1;
    if (angle > 0) return 1 - mass_below(-angle);
    return angle == 0 ? 0.5L : mass_below(angle);
  }
  /// The mass from -pi to a negative angle: tanh-sinh, the variable measured from the angle.
  real mass_below(real angle) const {
    real length = pi + angle;
    return peak_integral(
        [&](real u) {
          real s = 0.5L * pi * sinhl(u);
          real below = 1 / (1 + expl(-2 * s)), above = 1 / (1 + expl(2 * s));
          real weight = 2 * below * above * (0.5L * pi * coshl(u)) * length;
          return weight > 0 ? at_angle(angle - length * below) + logl(weight) : -infinity;
        }, kappa > 1 ? -0.5L * logl(kappa) : 0, 0.5L);
  }
  real guess(real p, bool upper) const {
    real z = kappa > 2 ? normal_tail_inverse(p) / sqrtl(kappa) : pi * (1 - 2 * p);
    return location + (upper ? z : -z);
  }
};

/// Rayleigh, and Maxwell beside it: roots of scaled chi-squareds of 2 and 3 degrees of freedom.
struct RootGamma : Family<RootGamma> {
  real shape, scale;
  RootGamma(real shape, real scale) : shape(shape), scale(scale) {}
  real low() const { return 0; }
  real log_density(real x) const {
    if (!(x > 0) || x == infinity) return -infinity;
    real z = x / scale;
    return (2 * shape - 1) * logl(z) - 0.5L * z * z - lgammal(shape) - (shape - 1) * logl(2.0L) -
           logl(scale);
  }
  real tail(real x, bool upper) const {
    if (!(x > 0)) return upper ? 1 : 0;
    real z = x / scale;
    if (shape == 1) return upper ? expl(-0.5L * z * z) : -expm1l(-0.5L * z * z);
    return gamma_tail(shape, 0.5L * z * z, upper);
  }
  real guess(real p, bool upper) const {
    return scale * sqrtl(2 * gamma_tail_inverse(shape, p, upper));
  }
};

bool shape_families(enum apus_family family, const Call &call) {
  real a = call.a, b = call.b;
  switch (family) {
    case APUS_EXPONENTIAL: call.at(Exponential(a)); return true;
    case APUS_UNIFORM: call.at(Uniform(a, b)); return true;
    case APUS_WEIBULL: call.at(Weibull(a, b)); return true;
    case APUS_LOG_NORMAL: call.at(LogNormal(a, b)); return true;
    case APUS_CAUCHY: call.at(Cauchy(a, b)); return true;
    case APUS_LAPLACE: call.at(Laplace(a, b)); return true;
    case APUS_LOGISTIC: call.at(Logistic(a, b)); return true;
    case APUS_PARETO: call.at(Pareto(a, b)); return true;
    case APUS_GUMBEL: call.at(Gumbel(a, b)); return true;
    case APUS_TRIANGULAR: call.at(Triangular(a, b, call.c)); return true;
    case APUS_INVERSE_GAUSSIAN: call.at(InverseGaussian(a, b)); return true;
    case APUS_RAYLEIGH: call.at(RootGamma(1, a)); return true;
    case APUS_MAXWELL: call.at(RootGamma(1.5L, a)); return true;
    case APUS_VON_MISES: call.at(VonMises(a, b)); return true;
    default: return false;
  }
}

}  // namespace apus
