import ApusFrame
import ApusStats
import Testing

@Suite struct SeriesTests {
  private func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  private func days(_ texts: [String]) -> AnyColumn { AnyColumn(texts.map { CivilDate($0) }) }

  private func frame(_ texts: [String]) throws -> DataFrame {
    try DataFrame([
      "day": days(texts), "x": AnyColumn(texts.indices.map { Double($0 * $0 % 7) as Double? }),
    ])
  }

  private let wave: [Double] = (0..<48).map { row -> Double in
    let season = Double((row * 7) % 12)
    let noise = Double((row * 31) % 17) / 9
    return season + noise + 0.1 * Double(row)
  }

  @Test("months keep their day, the last of a month too, and the period follows")
  func months() throws {
    let ends = try TimeSeries(
      frame(["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"]), values: "x",
      time: "day")
    #expect(ends.times?.step == .months(1))
    #expect(ends.period == 12)
    let forecast = try ExponentialSmoothing(ends).forecast(2)
    #expect(
      try forecast.frame["day", as: CivilDate.self].map { $0?.description }
        == ["2024-04-30", "2024-05-31"])
    let quarters = try TimeSeries(
      frame(["1999-10-01", "2000-01-01", "2000-04-01", "2000-07-01"]), values: "x", time: "day")
    #expect(quarters.times?.step == .months(3))
    #expect(quarters.period == 4)
    #expect(
      try TimeSeries(frame(["2024-02-28", "2024-02-29", "2024-03-01"]), values: "x", time: "day")
        .times?.step == .days(1))
  }

  @Test("whole numbers are times too, and differences lose the first ones")
  func years() throws {
    let frame = try DataFrame([
      "year": AnyColumn([1900, 1901, 1902, 1903]), "x": AnyColumn([1.0, 4, 9, 16]),
    ])
    let series = try TimeSeries(frame, values: "x", time: "year")
    let differences = try series.differenced(2)
    #expect(differences.values == [2, 2])
    #expect(try differences.frame["year", as: Int.self].compactMap { $0 } == [1902, 1903])
    #expect(
      try TimeSeries([1, 2, 4, 8, 16, 32], period: 2).differenced(1, seasonal: 1).values
        == [3, 6, 12].map { $0 * 1.0 })
  }

  @Test("gaps, times that stand twice and times out of order are named")
  func irregular() throws {
    let gap = try frame(["2024-01-01", "2024-02-01", "2024-04-01", "2024-05-01"])
    #expect(
      message { _ = try TimeSeries(gap, values: "x", time: "day") }
        == "\"day\" goes from 2024-02-01 to 2024-04-01 (rows 1 and 2), where its step is 1 month "
        + "in TimeSeries(…); fill the gap, or take a part without one")
    let twice = try frame(["2024-01-01", "2024-01-02", "2024-01-02", "2024-01-03"])
    #expect(
      message { _ = try TimeSeries(twice, values: "x", time: "day") }
        == "\"day\" has 2024-01-02 twice (rows 1 and 2) in TimeSeries(…); a series has one value "
        + "a time: group by \"day\" first")
    let back = try frame(["2024-01-01", "2024-01-03", "2024-01-02"])
    #expect(
      message { _ = try TimeSeries(back, values: "x", time: "day") }
        == "\"day\" goes back from 2024-01-03 to 2024-01-02 (rows 1 and 2) in TimeSeries(…); sort "
        + "the frame by \"day\"")
    #expect(
      message { _ = try TimeSeries(back, values: "x", time: "dya") }
        == "no column \"dya\" in TimeSeries(…) on a frame of day, x")
    let hole = try DataFrame([
      "year": AnyColumn([1900, 1901, 1902]), "x": AnyColumn([1.0, nil, 9] as [Double?]),
    ])
    #expect(
      message { _ = try TimeSeries(hole, values: "x", time: "year") }.hasPrefix(
        "row 1 (1901) of \"x\" is missing (null or NaN) in TimeSeries(…)"))
  }

  @Test("a constant series is an error everywhere")
  func constant() throws {
    let flat = [Double](repeating: 3, count: 40)
    let works: [() throws -> Void] = [
      { _ = try autocorrelation(flat) }, { _ = try partialAutocorrelation(flat) },
      { _ = try ljungBoxTest(flat) }, { _ = try adfTest(flat) }, { _ = try kpssTest(flat) },
      { _ = try ExponentialSmoothing(flat) }, { _ = try ARIMA(flat, order: ARIMAOrder(1, 0, 0)) },
      { _ = try autoARIMA(flat) }, { _ = try periodogram(flat) },
    ]
    for work in works {
      let text = message(work)
      #expect(text.contains("every value of \"y\" is 3") || text.contains("constant"), "\(text)")
    }
  }

  @Test("short series and missing numbers are errors that say how many and where")
  func shortSeries() throws {
    let works: [() throws -> Void] = [
      { _ = try autocorrelation([1.0]) }, { _ = try partialAutocorrelation([1.0, 2, 3]) },
      { _ = try adfTest([1.0, 2, 4]) }, { _ = try kpssTest([1.0, 2]) },
      { _ = try decompose([1.0, 2, 3], period: 2) }, { _ = try stl([1.0, 2, 3], period: 2) },
      { _ = try ExponentialSmoothing([1.0, 2, 3]) },
      { _ = try ARIMA([1.0, 2, 4, 3], order: ARIMAOrder(2, 1, 1)) },
    ]
    for work in works { #expect(message(work).contains("needs at least"), "\(message(work))") }
    #expect(
      message { _ = try autocorrelation([1, .nan, 3]) }.hasPrefix("row 1 of \"y\" is missing"))
    #expect(message { _ = try adfTest([1, 2, .infinity]) }.hasPrefix("row 2 of \"y\" is infinite"))
  }

  @Test("options out of range are errors that name the range")
  func badOptions() throws {
    let wave = wave
    #expect(message { _ = try stl(wave, period: 1) }.contains("a season of 1 values"))
    #expect(message { _ = try decompose(wave) }.contains("the length of a season is not known"))
    #expect(message { _ = try autocorrelation(wave, lags: 48) }.contains("allows 1 to 47"))
    #expect(
      message { _ = try stl(wave, period: 12, options: STLOptions(seasonal: 6)) }
        .contains("seasonal: 6"))
    #expect(
      message { _ = try decompose(wave.map { $0 - 9 }, period: 12, composition: .multiplicative) }
        .contains("needs values above 0"))
    #expect(
      message { _ = try ARIMA(wave, order: ARIMAOrder(1, 2, 0), constant: true) }
        .contains("constant: false"))
    #expect(
      message { _ = try ARIMA(wave, order: ARIMAOrder(1, 0, 0)).forecast(0) }
        .contains("at least 1"))
    #expect(
      message { _ = try ljungBoxTest(wave, lags: [2], fittedParameters: 2) }.contains(
        "lags above 2"))
    let twins = try DataFrame([
      "a": AnyColumn(wave.map { $0 }), "b": AnyColumn(wave.map { 2 * $0 }),
    ])
    let error = message {
      _ = try ARIMA(wave.map { $0 * $0 }, order: ARIMAOrder(1, 0, 0), exogenous: twins)
    }
    #expect(error.contains("constant, a, b depend on each other"), "\(error)")
  }

  @Test("a straight line leaves nothing for a model of chance")
  func line() {
    let line = (0..<40).map(Double.init)
    #expect(
      message { _ = try ARIMA(line, order: ARIMAOrder(0, 1, 1)) }.contains(
        "the differences are constant"))
    #expect(message { _ = try ExponentialSmoothing(line, trend: .additive) } != "no error")
    #expect(message { _ = try kpssTest(line, terms: .trend) }.contains("lies on its line"))
  }

  @Test("long series go through the Fourier transform to the same numbers")
  func longSeries() throws {
    var state: UInt64 = 7
    let values = (0..<5000).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    let many = try autocorrelation(values, lags: 4000).values
    let few = try autocorrelation(values, lags: 20).values
    for lag in 0...20 { #expect(abs(many[lag] - few[lag]) < 1e-13) }
  }

  @Test("the search for orders finds a season and beats its neighbours")
  func auto() throws {
    let series = try TimeSeries(wave, name: "wave", period: 12)
    let found = try autoARIMA(series, highest: 2)
    #expect(found.model.order.seasonalD == 1)
    let best = found.trials.compactMap(\.criterion).min()
    #expect(best == found.model.aicc)
    #expect(found.trials.count > 5)
    #expect(found.card.description.contains("closest of"))
  }

  @Test("forecasts are held against what came")
  func accuracy() throws {
    let series = try TimeSeries(wave, period: 12)
    let model = try ExponentialSmoothing(
      series.dropLast(12), trend: .additive, season: .additive)
    let forecast = try model.forecast(12)
    let accuracy = try forecast.accuracy(against: series.suffix(12))
    #expect(accuracy.meanAbsoluteError < 2)
    #expect(accuracy.coverage > 0.7)
    #expect(forecast.lower[0] < forecast.mean[0] && forecast.mean[0] < forecast.upper[0])
    let multiplied = try ExponentialSmoothing(
      wave.map { $0 + 20 }, trend: .additive, season: .multiplicative, period: 12)
    let one = try multiplied.forecast(5, seed: 1)
    let two = try multiplied.forecast(5, seed: 1)
    #expect(one.lower == two.lower)
    #expect(zip(one.lower, one.mean).allSatisfy { $0 < $1 })
  }
}
