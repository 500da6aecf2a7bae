internal import ApusFrame

@_implementationOnly import Glibc

/// Violins: the density of the numbers of each category, to both sides of its middle.
struct ViolinMarks {
  private let layer: MarkLayer
  private static let steps = 64

  init(_ layer: MarkLayer) { self.layer = layer }

  func layers() throws(FrameError) -> [MarkLayer] {
    try DistributionGroups.checkColor(layer, .x, "violins(…)")
    guard let field = layer.fields[.y], let base = layer.fields[.x] else { return [] }
    let groups = DistributionGroups(layer, .y).rows
    let curves = groups.map { rows in density(rows.map { field.values[$0] }) }
    let peak = curves.reduce(0) { Swift.max($0, $1.densities.max() ?? 0) }
    var rows: [Int] = []
    var places: [Double] = []
    var left: [Double] = []
    var right: [Double] = []
    var series: [Int] = []
    for (number, (group, curve)) in zip(groups, curves).enumerated() {
      let middle = base.values[group[0]]
      for (value, density) in zip(curve.values, curve.densities) {
        let half = peak > 0 ? 0.45 * density / peak : 0
        rows.append(group[0])
        places.append(value)
        left.append(middle - half)
        right.append(middle + half)
        series.append(number)
      }
    }
    var result = layer.picked(rows)
    result.kind = .area
    result.isHorizontal = true
    result.series = series
    var (start, end, place) = (base, base, field)
    (start.values, end.values, place.values) = (left, right, places)
    start.name = "\(base.name) (left)"
    end.name = "\(base.name) (right)"
    // Between categories as numbers: the axis is one of slots.
    result.fields[.x] = start
    result.fields[.x2] = end
    result.fields[.y] = place
    result.tooltips = [base.picked(rows)]
    return [result]
  }

  /// A Gaussian kernel of Silverman's width, 0.9 min(sd, IQR / 1.34) n^(-1/5), from the least to the
  /// greatest value.
  private func density(_ values: [Double]) -> (values: [Double], densities: [Double]) {
    let sorted = values.sorted()
    guard let low = sorted.first, let high = sorted.last else { return ([], []) }
    let count = Double(sorted.count)
    let mean = sorted.reduce(0) { $0 + $1 / count }
    let variance = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Swift.max(count - 1, 1)
    let range =
      DistributionGroups.quantile(sorted, 0.75) - DistributionGroups.quantile(sorted, 0.25)
    let spreads = [variance.squareRoot(), range / 1.34].filter { $0 > 0 && $0.isFinite }
    guard high > low, let spread = spreads.min() else {
      return ([low, high], [1, 1])
    }
    let width = 0.9 * spread * pow(count, -0.2)
    let places = (0..<ViolinMarks.steps).map {
      low + (high - low) * Double($0) / Double(ViolinMarks.steps - 1)
    }
    // Beyond a thousand values their counts in narrow intervals stand for them.
    let (centers, weights) = ViolinMarks.condensed(sorted)
    let densities = places.map { place in
      var sum = 0.0
      for (center, weight) in zip(centers, weights) {
        let distance = (place - center) / width
        sum += weight * exp(-0.5 * distance * distance)
      }
      return sum / (count * width * (2 * Double.pi).squareRoot())
    }
    return (places, densities)
  }

  private static func condensed(_ sorted: [Double]) -> (centers: [Double], weights: [Double]) {
    let limit = 1024
    guard sorted.count > limit, let low = sorted.first, let high = sorted.last else {
      return (sorted, [Double](repeating: 1, count: sorted.count))
    }
    let step = (high - low) / Double(limit)
    var weights = [Double](repeating: 0, count: limit)
    for value in sorted { weights[Swift.min(limit - 1, Int((value - low) / step))] += 1 }
    return ((0..<limit).map { low + (Double($0) + 0.5) * step }, weights)
  }
}
