public import ApusFrame

/// How the power of a series is spread over frequencies.
public struct Periodogram: StatsResult, Equatable {
  /// The frequencies, in cycles a step, from 0 to a half.
  public let frequencies: [Double]
  /// The one-sided spectral density at each frequency.
  public let density: [Double]
  /// How many values the series has.
  public let count: Int
  let name: String

  /// The period, in steps, of the highest density beside the mean.
  public var dominantPeriod: Double {
    let peak = (1..<density.count).max { density[$0] < density[$1] } ?? 1
    return 1 / frequencies[peak]
  }

  /// Frequencies, periods and densities as a frame, from the first frequency above 0: `frequency`,
  /// `period`, `density`.
  public var frame: DataFrame {
    DataFrame.ofSeries([
      AnyColumn(name: "frequency", AnyColumn(frequencies.dropFirst().map { $0 })),
      AnyColumn(name: "period", AnyColumn(frequencies.dropFirst().map { 1 / $0 })),
      AnyColumn(name: "density", AnyColumn(density.dropFirst().map { $0 })),
    ])
  }

  /// The result's card: the five highest densities.
  public var card: StatsCard {
    let peaks = (1..<density.count).sorted { density[$0] > density[$1] }.prefix(5)
    return StatsCard(
      title: "Periodogram of \(name)", facts: [("values", "\(count)")],
      tables: [
        .init(
          header: ["period", "frequency", "density"],
          rows: peaks.map {
            [
              NumberText.short(1 / frequencies[$0]), NumberText.short(frequencies[$0]),
              NumberText.short(density[$0]),
            ]
          })
      ])
  }
}

/// The periodogram of a series without its mean: the same numbers as `scipy.signal.periodogram`.
///
/// - Cost: O(n log n) for any n.
public func periodogram(_ series: any SeriesValues) throws(StatsError) -> Periodogram {
  let place = "periodogram(…)"
  let series = try series.series(in: place)
  try series.require(4, for: "a periodogram", in: place)
  try series.requireVariation(in: place)
  let count = series.count
  let mean = series.values.reduce(0, +) / Double(count)
  let (real, imaginary) = FastFourier.real(series.values.map { $0 - mean })
  let density = real.indices.map { index in
    let power = (real[index] * real[index] + imaginary[index] * imaginary[index]) / Double(count)
    let isAlone = index == 0 || (count % 2 == 0 && index == count / 2)
    return isAlone ? power : 2 * power
  }
  return Periodogram(
    frequencies: real.indices.map { Double($0) / Double(count) }, density: density, count: count,
    name: series.name)
}
