internal import ApusFrame

@_implementationOnly import Glibc

/// Intervals of numbers.
struct Binning {
  let bins: Chart.Bins

  init(_ bins: Chart.Bins) { self.bins = bins }

  /// Puts the starts of intervals into the field, and their ends into its partner channel; points and
  /// lines get the middles.
  func apply(
    to field: inout Field, _ name: Chart.ChannelName, _ layer: inout MarkLayer, mark: Chart.Mark
  ) throws(FrameError) {
    let edges = try Binning.edges(field.values, bins)
    var starts = [Double](repeating: .nan, count: field.values.count)
    var ends = starts
    for (row, value) in field.values.enumerated() where value.isFinite {
      let place = Binning.place(of: value, edges)
      (starts[row], ends[row]) = (edges[place], edges[place + 1])
    }
    field.kind = .number
    if mark == .bar || mark == .rectangle, name == .x || name == .y {
      field.isBinned = true
      field.values = starts
      var end = field
      end.values = ends
      end.name += " (end)"
      end.title += " (end)"
      layer.fields[name == .x ? .x2 : .y2] = end
    } else {
      field.values = zip(starts, ends).map { $0 / 2 + $1 / 2 }
    }
  }

  /// Ascending ends of intervals that hold all finite values.
  static func edges(_ values: [Double], _ bins: Chart.Bins) throws(FrameError) -> [Double] {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite {
      low = Swift.min(low, value)
      high = Swift.max(high, value)
    }
    guard low <= high else { return [0, 1] }
    if low == high, bins.step == nil {
      // Beyond 2^53 half a unit is lost, so the interval grows with the number.
      let half = Swift.max(0.5, abs(low) * 1e-9)
      let limit = Double.greatestFiniteMagnitude
      (low, high) = (Swift.max(low - half, -limit), Swift.min(high + half, limit))
    }
    if bins.isExact {
      let width = high / Double(bins.maximum) - low / Double(bins.maximum)
      return (0..<bins.maximum).map { low + width * Double($0) } + [high]
    }
    return try roundEdges(low, high, bins)
  }

  private static func roundEdges(
    _ low: Double, _ high: Double, _ bins: Chart.Bins
  ) throws(FrameError) -> [Double] {
    let wanted = high / Double(bins.maximum) - low / Double(bins.maximum)
    var power = pow(10, Glibc.log10(wanted).rounded(.down))
    var isQuotient = false
    var step = bins.step ?? wanted
    if bins.step == nil {
      if power < 1 {
        power = pow(10, -Glibc.log10(wanted).rounded(.down))
        isQuotient = true
      }
      let factor = isQuotient ? wanted * power : wanted / power
      let round = [1.0, 2, 5, 10].first { $0 >= factor * (1 - 1e-12) } ?? 10
      step = isQuotient ? round / power : round * power
    }
    let first = (low / step).rounded(.down)
    let last = Swift.max((high / step).rounded(.up), first + 1)
    guard last - first <= 10_000 else {
      throw FrameError(
        code: .badValue, what: "\(PlotNumber.text(last - first)) bins", place: "binned(…)",
        mend: "choose a greater step")
    }
    guard first.isFinite, last.isFinite, abs(first) < 9e15 else { return [low, high] }
    let divisor = isQuotient ? (1 / step).rounded() : 0
    return (0...Int(last - first)).map { number in
      let multiple = first + Double(number)
      return divisor > 0 && abs(1 / step - divisor) < 1e-6 * divisor
        ? multiple / divisor : multiple * step
    }
  }

  /// The interval that holds a value, found by halving: exact whatever the ends were rounded to.
  static func place(of value: Double, _ edges: [Double]) -> Int {
    var (low, high) = (0, edges.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}
