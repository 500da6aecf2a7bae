// Special functions and distributions (C++ with Boost.Math inside), reached by number so that this
// file stays short: every cell that imports Apus reads it.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Functions of one to three numbers, in the order in which apus_special takes them.
enum apus_function {
  APUS_ERF, APUS_ERFC, APUS_ERFCX, APUS_ERF_INV, APUS_ERFC_INV, APUS_GAMMA, APUS_LOG_GAMMA,
  APUS_DIGAMMA, APUS_TRIGAMMA, APUS_BETA, APUS_LOG_BETA, APUS_GAMMA_P, APUS_GAMMA_Q,
  APUS_GAMMA_P_INV, APUS_GAMMA_Q_INV, APUS_BETA_I, APUS_BETA_IC, APUS_BETA_I_INV, APUS_BETA_IC_INV,
  APUS_BESSEL_I, APUS_BESSEL_I_SCALED, APUS_OWENS_T, APUS_ZETA, APUS_LOG_CHOOSE
};

/// Families of distributions, with their parameters.
enum apus_family {
  APUS_NORMAL, APUS_STUDENT_T, APUS_CHI_SQUARED, APUS_F, APUS_GAMMA_FAMILY, APUS_BETA_FAMILY,
  APUS_EXPONENTIAL, APUS_UNIFORM, APUS_WEIBULL, APUS_LOG_NORMAL, APUS_CAUCHY, APUS_LAPLACE,
  APUS_LOGISTIC, APUS_PARETO, APUS_GUMBEL, APUS_TRIANGULAR, APUS_INVERSE_GAUSSIAN, APUS_RAYLEIGH,
  APUS_MAXWELL, APUS_VON_MISES, APUS_NONCENTRAL_T, APUS_NONCENTRAL_F, APUS_NONCENTRAL_CHI_SQUARED,
  APUS_STUDENTIZED_RANGE, APUS_BINOMIAL, APUS_NEGATIVE_BINOMIAL, APUS_POISSON, APUS_GEOMETRIC,
  APUS_HYPERGEOMETRIC, APUS_ZIPF
};

/// What is asked of a family.
enum apus_part {
  APUS_DENSITY, APUS_LOG_DENSITY, APUS_LOWER, APUS_UPPER, APUS_LOG_LOWER, APUS_LOG_UPPER,
  APUS_QUANTILE, APUS_UPPER_QUANTILE
};

/// The function at (a, b, c), those that it needs; NaN where it is not defined.
double apus_special(enum apus_function function, double a, double b, double c);

/// A part of the family with parameters a, b, c at each of the values.
void apus_distribution(
    enum apus_family family, enum apus_part part, double a, double b, double c,
    const double *values, double *results, long count);

/// 1 - Phi(z), for each z = (value - mean) / sd where `upper` is 1, and Phi(z) where it is 0.
void apus_normal_tails(
    double mean, double sd, int upper, const double *values, double *results, long count);

/// Quantiles of the standard normal, for each of the probabilities.
void apus_normal_quantiles(const double *probabilities, double *results, long count);

#ifdef __cplusplus
}
#endif
