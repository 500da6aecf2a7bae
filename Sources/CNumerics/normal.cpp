// The normal over whole buffers, in doubles.
#include "numbers.hpp"

namespace apus {

double normal_tail_fast(double z, double rest) {
  // erfc of z/sqrt(2) would lose z^2 ulps to the rounding of its argument, so what the rounding
  // took is given back to first order; the slope of log erfc(y) is close to -(y + sqrt(y^2 + 4/pi)).
  constexpr double high = 0.70710678118654752440, low = -4.8336466567264567e-17;
  constexpr double splitter = 134217729.0;
  double y = z * high;
  double z_top = z * splitter;
  z_top = z_top - (z_top - z);
  double c_top = high * splitter;
  c_top = c_top - (c_top - high);
  double z_rest = z - z_top, c_rest = high - c_top;
  double lost = ((z_top * c_top - y) + z_top * c_rest + z_rest * c_top) + z_rest * c_rest;
  lost += z * low + rest * high;
  double tail = 0.5 * erfc(y);
  if (!(z > -1 && z < 39)) return tail;
  return tail * (1 - lost * (y + sqrt(y * y + 1.2732395447351628)));
}

/// Wichura's algorithm AS 241 (1988), PPND16.
static double normal_quantile_fast(double p) {
  double q = p - 0.5;
  if (fabs(q) <= 0.425) {
    double r = 0.180625 - q * q;
    return q * (((((((2509.0809287301226727 * r + 33430.575583588128105) * r +
                     67265.770927008700853) * r + 45921.953931549871457) * r +
                   13731.693765509461125) * r + 1971.5909503065514427) * r +
                 133.14166789178437745) * r + 3.387132872796366608) /
           (((((((5226.495278852545925 * r + 28729.085735721942674) * r +
                 39307.89580009271061) * r + 21213.794301586595867) * r +
               5394.1960214247511077) * r + 687.1870074920579083) * r +
             42.313330701600911252) * r + 1.0);
  }
  double r = q < 0 ? p : 1 - p;
  if (!(r > 0)) return r == 0 ? (q < 0 ? -HUGE_VAL : HUGE_VAL) : NAN;
  r = sqrt(-log(r));
  double value;
  if (r <= 5) {
    r -= 1.6;
    value = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r +
                  0.24178072517745061177) * r + 1.27045825245236838258) * r +
                3.64784832476320460504) * r + 5.7694972214606914055) * r +
              4.6303378461565452959) * r + 1.42343711074968357734) /
            (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r +
                  0.0151986665636164571966) * r + 0.14810397642748007459) * r +
                0.68976733498510000455) * r + 1.6763848301838038494) * r +
              2.05319162663775882187) * r + 1.0);
  } else {
    r -= 5;
    value = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r +
                  0.0012426609473880784386) * r + 0.026532189526576123093) * r +
                0.29656057182850489123) * r + 1.7848265399172913358) * r +
              5.4637849111641143699) * r + 6.6579046435011037772) /
            (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r +
                  1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r +
                0.0148753612908506148525) * r + 0.13692988092273580531) * r +
              0.59983220655588793769) * r + 1.0);
  }
  return q < 0 ? -value : value;
}

}  // namespace apus

void apus_normal_tails(
    double mean, double sd, int upper, const double *values, double *results, long count) {
  long double sign = upper ? 1 : -1;
  for (long i = 0; i < count; i++) {
    long double z = sign * ((long double)values[i] - mean) / sd;
    double near = (double)z;
    double rest = std::isfinite(near) ? (double)(z - near) : 0;
    results[i] = apus::normal_tail_fast(near, rest);
  }
}

void apus_normal_quantiles(const double *probabilities, double *results, long count) {
  for (long i = 0; i < count; i++) results[i] = apus::normal_quantile_fast(probabilities[i]);
}
