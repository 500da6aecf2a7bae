/// How p-values are corrected for their number.
public enum PValueCorrection: Sendable, CaseIterable {
  /// Times their number: no false rejection at all, with the level's probability.
  case bonferroni
  /// Holm 1979: as Bonferroni, never weaker.
  case holm
  /// Hochberg 1988: for independent tests.
  case hochberg
  /// Benjamini and Hochberg 1995: the share of false rejections.
  case benjaminiHochberg
  /// Benjamini and Yekutieli 2001: the same under any dependence.
  case benjaminiYekutieli
}

/// p-values corrected for their number, in their order. Throws for values outside 0…1.
public func adjustedPValues(
  _ pValues: [Double], method: PValueCorrection = .holm
) throws(StatsError) -> [Double] {
  if let wrong = pValues.firstIndex(where: { !(0...1).contains($0) }) {
    throw StatsError(
      code: .badValue, what: "p-value \(wrong) is \(NumberText.short(pValues[wrong]))",
      place: "adjustedPValues(…)", mend: "p-values lie between 0 and 1; leave missing ones out")
  }
  let count = Double(pValues.count)
  let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
  var result = [Double](repeating: 0, count: pValues.count)
  switch method {
  case .bonferroni: return pValues.map { Swift.min(1, $0 * count) }
  case .holm:
    var most = 0.0
    for (place, row) in order.enumerated() {
      most = Swift.max(most, pValues[row] * (count - Double(place)))
      result[row] = Swift.min(1, most)
    }
  case .hochberg, .benjaminiHochberg, .benjaminiYekutieli:
    let harmonic = (1...Swift.max(pValues.count, 1)).reduce(0) { $0 + 1 / Double($1) }
    var least = 1.0
    for (place, row) in order.enumerated().reversed() {
      let factor: Double =
        switch method {
        case .hochberg: count - Double(place)
        case .benjaminiHochberg: count / Double(place + 1)
        case .benjaminiYekutieli: count / Double(place + 1) * harmonic
        case .bonferroni, .holm: preconditionFailure("\(method) steps the other way")
        }
      least = Swift.min(least, pValues[row] * factor)
      result[row] = least
    }
  }
  return result
}
