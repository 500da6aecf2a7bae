extension DataFrame {
  /// How often each combination of values of the columns occurs, the most frequent first, those of
  /// equal counts in the order of their first rows. With `normalized`, a column `share` too.
  public func valueCounts(
    _ first: String, _ others: String..., normalized: Bool = false
  ) throws(FrameError) -> DataFrame {
    let names = [first] + others
    let plan = try LogicalPlan.frame(self).aggregate(by: names, [count()])
      .sort(by: [.descending("count")])
    guard normalized else { return try PlanExecutor().run(plan) }
    let share = (col("count") / Double(Swift.max(rowCount, 1))).as("share")
    return try PlanExecutor().run(
      plan.project(names.map(col) + [col("count"), share], label: "valueCounts(…)"))
  }

  /// The frame lying down, as text: a line a column, with its type and its first values.
  public func glimpse(width: Int = 100) -> String {
    let names = columnNames.map { $0.count }.max() ?? 0
    let types = schema.fields.map { $0.type.description.count }.max() ?? 0
    var lines = ["\(rowCount) rows, \(columnCount) columns"]
    for (field, column) in zip(schema.fields, columns) {
      var line = field.name.padded(to: names) + "  " + field.type.description.padded(to: types)
      line += "  "
      for row in 0..<Swift.min(rowCount, width) {
        let value = column.scalar(at: row).shown
        guard line.count + value.count < width || row == 0 else {
          line += "…"
          break
        }
        line += row == 0 ? value : ", \(value)"
      }
      lines.append(line.count > width ? String(line.prefix(width - 1)) + "…" : line)
    }
    return lines.joined(separator: "\n")
  }

  /// One look at every column: its type, nulls, different and most frequent values, quantiles and a
  /// histogram, and how columns of numbers are correlated.
  public func profile() throws(FrameError) -> FrameProfile {
    var profiles: [ColumnProfile] = []
    for field in schema.fields { profiles.append(try ColumnProfile(of: field, in: self)) }
    // Quadratic in the columns: the first ones stand for all of a very wide frame.
    let numeric = schema.fields.filter { $0.type.isNumeric }.map(\.name).prefix(12)
    var pairs: [FrameProfile.Correlation] = []
    for (place, left) in numeric.enumerated() {
      for right in numeric.dropFirst(place + 1) {
        let found = try aggregate(correlation(left, right).as("r"))
        guard case .double(let value) = found.columns[0].scalar(at: 0), !value.isNaN else {
          continue
        }
        pairs.append(FrameProfile.Correlation(left: left, right: right, value: value))
      }
    }
    return FrameProfile(rowCount: rowCount, columns: profiles, correlations: pairs)
  }
}

extension String {
  /// The text with spaces behind it up to a width.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}

/// What `profile()` found out about a frame.
public struct FrameProfile: Sendable {
  /// How two columns are correlated, by Pearson's coefficient.
  public struct Correlation: Sendable {
    /// The one column.
    public let left: String
    /// The other column.
    public let right: String
    /// From −1 to 1.
    public let value: Double
  }

  /// How many rows the frame has.
  public let rowCount: Int
  /// A profile a column, in order.
  public let columns: [ColumnProfile]
  /// The pairs of numeric columns, of the first twelve such.
  public let correlations: [Correlation]
}

/// What `profile()` found out about a column.
public struct ColumnProfile: Sendable {
  /// The column's name.
  public let name: String
  /// The type of its values.
  public let type: DataType
  /// How many rows are null.
  public let nullCount: Int
  /// How many different values there are, nulls left out.
  public let distinctCount: Int
  /// The most frequent values with their counts, at most five.
  public let frequent: [(value: Scalar, count: Int)]
  /// Mean and standard deviation of numbers.
  public let mean, std: Double?
  /// Least value, quartiles and greatest value of numbers; NaN is left out.
  public let quantiles: [Double]
  /// How many values lie in each of equally wide intervals from the least to the greatest number.
  public let histogram: [Int]

  private static let intervalCount = 20

  init(of field: Schema.Field, in frame: DataFrame) throws(FrameError) {
    name = field.name
    type = field.type
    nullCount = try frame[field.name].nullCount
    let counts = try frame.filter(col(field.name).isNotNull).valueCounts(field.name)
    distinctCount = counts.rowCount
    frequent = (0..<Swift.min(5, counts.rowCount)).map { row in
      var count = 0
      if case .int(let found) = counts.columns[1].scalar(at: row) { count = found }
      return (counts.columns[0].scalar(at: row), count)
    }
    guard field.type.isNumeric else {
      (mean, std, quantiles, histogram) = (nil, nil, [], [])
      return
    }
    let column = col(field.name)
    let finite = try frame.select(column.cast(to: .float64).as("x"))
      .filter(col("x").isNotNull && !col("x").isNaN)
    let found = try finite.aggregate(
      ApusFrame.mean("x").as("mean"), ApusFrame.std("x").as("std"), min("x").as("q0"),
      quantile("x", 0.25).as("q1"), quantile("x", 0.5).as("q2"), quantile("x", 0.75).as("q3"),
      max("x").as("q4"))
    let numbers = found.columns.map { $0.scalar(at: 0).number }
    mean = numbers[0]
    std = numbers[1]
    quantiles = numbers.dropFirst(2).compactMap { $0 }
    histogram = ColumnProfile.histogram(of: finite, quantiles)
  }

  private static func histogram(of finite: DataFrame, _ quantiles: [Double]) -> [Int] {
    guard quantiles.count == 5, case .float64(let column) = finite.columns[0],
      (quantiles[4] - quantiles[0]).isFinite
    else { return [] }
    let (low, width) = (quantiles[0], quantiles[4] - quantiles[0])
    guard width > 0 else { return [finite.rowCount] }
    var bins = [Int](repeating: 0, count: intervalCount)
    column.values.read { values in
      for row in 0..<finite.rowCount {
        let place = Int((values[row] - low) / width * Double(intervalCount))
        bins[Swift.min(Swift.max(place, 0), intervalCount - 1)] += 1
      }
    }
    return bins
  }
}

extension FrameProfile: CustomStringConvertible {
  /// The profile as text, a few lines a column.
  public var description: String {
    var lines = ["\(rowCount) rows, \(columns.count) columns"]
    for column in columns {
      lines.append(
        "\(column.name): \(column.type), \(column.nullCount) null, \(column.distinctCount) different"
      )
      lines += column.lines.map { "  " + $0 }
    }
    for pair in strongest {
      lines.append("\(pair.left) ~ \(pair.right): r = \(ColumnProfile.text(pair.value))")
    }
    return lines.joined(separator: "\n")
  }

  /// The pairs that are most correlated.
  private var strongest: [Correlation] {
    Array(correlations.sorted { $0.value.magnitude > $1.value.magnitude }.prefix(10))
  }

  /// The profile as an HTML table: a row a column, with a small histogram drawn in it.
  public var html: String {
    var html =
      "<div class=\"apus-profile\" style=\"overflow-x:auto\">\n<table>\n<thead><tr>"
      + ["column", "type", "null", "different", "values", ""]
      .map { "<th style=\"text-align:left\">\($0)</th>" }.joined() + "</tr></thead>\n<tbody>\n"
    for column in columns {
      let share = rowCount > 0 ? Double(column.nullCount) / Double(rowCount) * 100 : 0
      let nulls =
        column.nullCount == 0
        ? "0" : "\(column.nullCount) (\(ColumnProfile.text(share)) %)"
      let lines = column.lines.map(TableHTML.escaped).joined(separator: "<br>")
      html +=
        "<tr style=\"vertical-align:top\"><td><b>\(TableHTML.escaped(column.name))</b></td>"
        + "<td>\(TableHTML.escaped(column.type.description))</td><td>\(nulls)</td>"
        + "<td>\(column.distinctCount)</td><td>\(lines)</td><td>\(column.drawing)</td></tr>\n"
    }
    html += "</tbody>\n</table>\n"
    if !correlations.isEmpty {
      let pairs = strongest.map {
        "\(TableHTML.escaped($0.left)) ~ \(TableHTML.escaped($0.right)): "
          + ColumnProfile.text($0.value)
      }
      html += "<p>Correlations: \(pairs.joined(separator: "; "))</p>\n"
    }
    return html + "<p class=\"apus-shape\">\(rowCount) rows × \(columns.count) columns</p>\n</div>"
  }
}

extension ColumnProfile {
  fileprivate static func text(_ number: Double) -> String {
    NumberStyle(for: [number]).text(number)
  }

  fileprivate var lines: [String] {
    var lines: [String] = []
    if quantiles.count == 5 {
      let names = ["min", "25 %", "median", "75 %", "max"]
      lines.append(
        zip(names, quantiles).map { "\($0) \(ColumnProfile.text($1))" }.joined(separator: ", "))
      if let mean {
        lines.append(
          "mean \(ColumnProfile.text(mean))" + (std.map { ", std \(ColumnProfile.text($0))" } ?? "")
        )
      }
    }
    if !frequent.isEmpty {
      let values = frequent.prefix(quantiles.isEmpty ? 5 : 3).map { value, count in
        let text = value.shown
        return "\(text.count > 30 ? text.prefix(29) + "…" : text[...]) × \(count)"
      }
      lines.append(values.joined(separator: ", "))
    }
    return lines
  }

  /// Bars in SVG, of the histogram or of the most frequent values.
  fileprivate var drawing: String {
    let bars = histogram.count > 1 ? histogram : frequent.map(\.count)
    guard let most = bars.max(), most > 0 else { return "" }
    let (width, height) = (120, 32)
    let step = Double(width) / Double(bars.count)
    var svg = "<svg width=\"\(width)\" height=\"\(height)\" role=\"img\">"
    for (place, count) in bars.enumerated() where count > 0 {
      let tall = Swift.max(1, Int((Double(count) / Double(most) * Double(height)).rounded()))
      let left = Int((Double(place) * step).rounded())
      let right = Int((Double(place + 1) * step).rounded())
      svg +=
        "<rect x=\"\(left)\" y=\"\(height - tall)\" width=\"\(Swift.max(1, right - left - 1))\" "
        + "height=\"\(tall)\" fill=\"#4c78a8\"/>"
    }
    return svg + "</svg>"
  }
}
