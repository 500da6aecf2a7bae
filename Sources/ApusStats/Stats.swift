// The room ApusStats: statistics over the columns of frames and over plain arrays.
//
//   Samples/        columns as numbers, rows with nulls left out and counted
//   LinearAlgebra/  matrices; LAPACK, opened at first use; refined least squares
//   Special/        special functions
//   Distributions/  families of distributions: density, quantile, random values, fit
//   Random/         the counter-based generator: the same numbers at any thread count
//   Descriptive/    moments, quantiles, correlations
//   Tests/          hypothesis tests, power, corrections for many tests
//   Regression/     formulas, linear and generalised linear models, survival
//   Series/         time series
//   Models/         learning: clusters, trees, boosting; Preprocessing/, Metrics/
//   Resampling/     bootstrap, permutations, kernel densities
//   Results/        what every result shows: a card in a notebook, text elsewhere
