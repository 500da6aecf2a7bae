internal import ApusFrame

/// How the values of a column become places on an axis.
enum AxisKind: Equatable {
  /// Numbers on a line.
  case quantitative
  /// Days on a line, as days since 1970-01-01.
  case temporal
  /// One place a value, in this order.
  case discrete([String])
}

/// A chart's rows with all that they need; rows with nulls, NaN or infinities in them are left out.
struct PlotData {
  /// One row: numbers for places (the index of a discrete value), and the series.
  struct Row {
    /// The row of the frame.
    let source: Int
    let x: Double
    let end: Double?
    let y: Double
    let series: Int
  }

  let mark: Chart.SimpleMark
  let xKind: AxisKind
  /// Whether the numbers along x are whole.
  let isWhole: Bool
  /// The names of the series, in the order of their first rows; empty without a colour column.
  let series: [String]
  let rows: [Row]

  init(_ layer: Chart.SimpleLayer, of frame: DataFrame) {
    mark = layer.mark
    let isDiscrete = layer.mark == .bars
    let xs = PlotData.places(layer.x, of: frame, isDiscrete: isDiscrete)
    let ys = PlotData.places(layer.y, of: frame, isDiscrete: false)
    let colors = layer.color.map { PlotData.labels($0, of: frame) }
    var ends: [Double?]?
    if case .intervals(let end) = layer.mark {
      ends = PlotData.places(end, of: frame, isDiscrete: false).values
    }
    xKind = xs.kind
    isWhole = frame.schema[layer.x]?.isInteger ?? false

    var places: [String: Int] = [:]
    var names: [String] = []
    var rows: [Row] = []
    for row in 0..<frame.rowCount {
      guard let x = xs.values[row], let y = ys.values[row], x.isFinite, y.isFinite else { continue }
      var place = 0
      if let colors {
        let label = colors[row]
        place = places[label] ?? names.count
        if place == names.count {
          places[label] = place
          names.append(label)
        }
      }
      rows.append(Row(source: row, x: x, end: ends?[row], y: y, series: place))
    }
    series = names
    self.rows = rows
  }

  /// The values of a column as numbers, and the axis that they need.
  private static func places(
    _ name: String, of frame: DataFrame, isDiscrete: Bool
  ) -> (values: [Double?], kind: AxisKind) {
    let storage = storage(name, of: frame)
    switch storage.type {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
      .decimal, .date:
      let numbers = storage.doubles.map { column in (0..<column.count).map { column[$0] } } ?? []
      guard isDiscrete else {
        return (numbers, storage.type == .date ? .temporal : .quantitative)
      }
      // Numbers and days keep their own order, whatever the rows' is.
      let distinct = Set(numbers.compactMap { $0 }).filter(\.isFinite).sorted()
      let places = Dictionary(
        uniqueKeysWithValues: distinct.enumerated().map { ($1, Double($0)) })
      let labels = distinct.map { label(of: $0, storage.type) }
      return (numbers.map { $0.flatMap { places[$0] } }, .discrete(labels))
    case .bool, .string, .binary, .time, .datetime, .duration, .uuid, .categorical, .enum, .list,
      .struct:
      var order: [String] = []
      var places: [String: Double] = [:]
      let values = (0..<storage.count).map { row -> Double? in
        let scalar = storage.scalar(at: row)
        guard scalar != .null else { return nil }
        let label = text(of: scalar)
        if let place = places[label] { return place }
        places[label] = Double(order.count)
        order.append(label)
        return Double(order.count - 1)
      }
      return (values, .discrete(order))
    }
  }

  /// The labels of a column's values, nulls read `null`.
  private static func labels(_ name: String, of frame: DataFrame) -> [String] {
    let storage = storage(name, of: frame)
    return (0..<storage.count).map { text(of: storage.scalar(at: $0)) }
  }

  private static func storage(_ name: String, of frame: DataFrame) -> ColumnStorage {
    guard let place = frame.schema.index(of: name) else {
      preconditionFailure("a chart's column \"\(name)\" is not in its frame")
    }
    return frame.columns[place]
  }

  private static func label(of number: Double, _ type: DataType) -> String {
    switch type {
    case .date: CivilDate(daysSinceEpoch: Int32(number)).description
    default: type.isInteger ? String(Int(number)) : PlotNumber.text(number)
    }
  }

  /// A value as a label.
  static func text(of scalar: Scalar) -> String {
    switch scalar {
    case .null: "null"
    case .bool(let value): String(value)
    case .int(let value): String(value)
    case .double(let value): PlotNumber.text(value)
    case .string(let value): value
    case .date(let value): value.description
    case .unsigned, .decimal, .binary, .time, .datetime, .duration, .uuid, .list, .struct:
      scalar.description
    }
  }
}

/// Numbers as text.
enum PlotNumber {
  /// A whole number without a point, another in its shortest form.
  static func text(_ number: Double) -> String {
    guard let whole = Int(exactly: number), abs(number) < 1e15 else { return number.description }
    return String(whole)
  }

  /// A place in a picture: up to two decimals.
  static func coordinate(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    let (whole, part) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if part == 0 { return "\(sign)\(whole)" }
    let digits = part < 10 ? "0\(part)" : (part % 10 == 0 ? "\(part / 10)" : "\(part)")
    return "\(sign)\(whole).\(digits)"
  }
}
