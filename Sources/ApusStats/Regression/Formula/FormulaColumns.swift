internal import ApusFrame

/// A factor's levels, one number a row; -1 where the value is missing.
struct FactorValues: Sendable {
  var codes: [Int32]
  var levels: [String]

  /// The levels of a column: texts in their order, those of an enum in its own, numbers by size.
  init(_ column: AnyColumn, in place: String) throws(StatsError) {
    switch column.storage {
    case .string(let texts):
      (codes, levels) = Self.coded(DictionaryColumn(texts), isOrdered: false)
    case .categorical(let texts): (codes, levels) = Self.coded(texts, isOrdered: false)
    case .enum(let texts): (codes, levels) = Self.coded(texts, isOrdered: true)
    case .bool(let bits):
      levels = ["false", "true"]
      codes = (0..<bits.count).map { row in bits[row].map { $0 ? 1 : 0 } ?? -1 }
    case .date(let days):
      let present = Set((0..<days.count).compactMap { days[$0]?.daysSinceEpoch }).sorted()
      let numbers = Dictionary(uniqueKeysWithValues: zip(present, Int32(0)...))
      levels = present.map { "\(CivilDate(daysSinceEpoch: $0))" }
      codes = (0..<days.count).map { row in days[row].flatMap { numbers[$0.daysSinceEpoch] } ?? -1 }
    default:
      let numbers = try column.numbers(in: place)
      let present = Set(numbers.filter { !$0.isNaN }).sorted()
      let places = Dictionary(uniqueKeysWithValues: zip(present, Int32(0)...))
      levels = present.map { NumberText.short($0, digits: 15) }
      codes = numbers.map { places[$0] ?? -1 }
    }
  }

  private static func coded(
    _ column: DictionaryColumn, isOrdered: Bool
  ) -> (codes: [Int32], levels: [String]) {
    let names = column.categories.names
    let order = isOrdered ? Array(names.indices) : names.indices.sorted { names[$0] < names[$1] }
    var ranks = [Int32](repeating: 0, count: names.count)
    for (rank, number) in order.enumerated() { ranks[number] = Int32(rank) }
    let count = column.count
    let validity = column.codes.validity
    let codes: [Int32] = column.codes.values.read { numbers in
      (0..<count).map { row in
        if let validity, !validity[row] { return -1 }
        return ranks[Int(numbers[row])]
      }
    }
    return (codes, order.map { names[$0] })
  }

  /// The values of some rows, without the levels that none of them has.
  func kept(_ rows: [Int]?) -> FactorValues {
    var kept = self
    if let rows { kept.codes = rows.map { codes[$0] } }
    var counts = [Int](repeating: 0, count: levels.count)
    for code in kept.codes where code >= 0 { counts[Int(code)] += 1 }
    guard counts.contains(0) else { return kept }
    let present = counts.indices.filter { counts[$0] > 0 }
    var numbers = [Int32](repeating: -1, count: levels.count)
    for (number, level) in present.enumerated() { numbers[level] = Int32(number) }
    kept.levels = present.map { levels[$0] }
    kept.codes = kept.codes.map { $0 < 0 ? -1 : numbers[Int($0)] }
    return kept
  }
}

/// The columns that a formula needs, as numbers and as factors, without rows that lack one.
struct FormulaColumns: Sendable {
  private(set) var numbers: [String: [Double]] = [:]
  private(set) var factors: [String: FactorValues] = [:]
  private(set) var rowCount: Int
  /// The rows that are kept, or `nil` when all are.
  private(set) var keptRows: [Int]?
  private(set) var missingCount = 0

  /// Whether a column of this type is a factor without being told.
  static func isFactor(_ type: DataType) -> Bool {
    switch type {
    case .string, .categorical, .enum, .bool: true
    default: false
    }
  }

  /// Reads the columns that `nodes` name; those that stand alone or in `C(…)` as factors.
  init(
    _ nodes: [FormulaNode], of frame: DataFrame, extra: [String], source: FormulaSource
  ) throws(StatsError) {
    rowCount = frame.rowCount
    for node in nodes { try read(node, of: frame, source: source) }
    for name in extra where numbers[name] == nil {
      do throws(FrameError) { _ = try frame.schema.place(of: name, in: source.place) } catch {
        throw StatsError(error, in: source.place)
      }
      numbers[name] = try Self.column(name, of: frame).numbers(in: source.place)
    }
    leaveOutMissing()
  }

  private static func column(_ name: String, of frame: DataFrame) throws(StatsError) -> AnyColumn {
    do throws(FrameError) { return try frame[name] } catch {
      throw StatsError(error, in: "formula")
    }
  }

  /// The column that a factor is made of, if the part is a factor.
  static func factorColumn(_ node: FormulaNode, in schema: Schema) -> String? {
    switch node {
    case .column(let name, _): return schema[name].map(isFactor) == true ? name : nil
    case .call("C", let arguments, _):
      guard case .column(let name, _)? = arguments.first?.node else { return nil }
      return name
    default: return nil
    }
  }

  private mutating func read(
    _ node: FormulaNode, of frame: DataFrame, source: FormulaSource
  ) throws(StatsError) {
    var named: [(name: String, node: FormulaNode)] = []
    node.collectColumns(into: &named)
    for (name, part) in named where frame.schema[name] == nil {
      let near = NearName.nearest(to: name, in: frame.columnNames)
      throw source.error(
        "no column \"\(name)\"", at: part.position, code: .missingColumn,
        mend: near.map { "did you mean \"\($0)\"?" }
          ?? "the frame has \(frame.columnNames.prefix(12).joined(separator: ", "))")
    }
    if let name = Self.factorColumn(node, in: frame.schema) {
      if factors[name] == nil {
        factors[name] = try FactorValues(Self.column(name, of: frame), in: source.place)
      }
      return
    }
    if case .call("C", _, let at) = node {
      throw source.error("C(…) takes the name of a column first", at: at)
    }
    for (name, part) in named where numbers[name] == nil {
      let column = try Self.column(name, of: frame)
      guard column.type.isNumeric || column.type == .bool else {
        throw source.error(
          "\"\(name)\" is \(column.type), not a number", at: part.position, code: .typeMismatch,
          mend: Self.isFactor(column.type)
            ? "name it alone, or as C(\(name)), to use it as a factor" : "cast it to a number first"
        )
      }
      numbers[name] = try column.numbers(in: source.place)
    }
  }

  private mutating func leaveOutMissing() {
    var isKept = [Bool](repeating: true, count: rowCount)
    for values in numbers.values {
      for row in 0..<rowCount where values[row].isNaN { isKept[row] = false }
    }
    for factor in factors.values {
      for row in 0..<rowCount where factor.codes[row] < 0 { isKept[row] = false }
    }
    missingCount = isKept.count { !$0 }
    if missingCount > 0 {
      let rows = (0..<rowCount).filter { isKept[$0] }
      for (name, values) in numbers { numbers[name] = rows.map { values[$0] } }
      keptRows = rows
      rowCount = rows.count
    }
    for (name, factor) in factors { factors[name] = factor.kept(keptRows) }
  }
}
