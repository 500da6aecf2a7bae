internal import ApusFrame

/// The values of one channel of one layer, as numbers: places in `categories` where it shows
/// categories, milliseconds since 1970 where it shows times, NaN where there is none.
struct Field: Sendable {
  enum Kind: Sendable, Equatable {
    case number
    /// Whole numbers, whose axes have no ticks between.
    case whole
    case time
    case category
  }

  /// The key of the values in the rows that are embedded.
  var name: String
  var title: String
  var kind: Kind
  var values: [Double]
  var categories: [String] = []
  /// Whether the order of categories is that of the rows, so that others may be put before them.
  var order: Chart.Order = .rows
  var format: String?
  /// Whether the numbers are ends of bins.
  var isBinned = false

  var isCategory: Bool { kind == .category }
  var isNumber: Bool { kind == .number || kind == .whole }

  /// A field of one number for all rows.
  static func constant(_ number: Double, _ kind: Kind, count: Int) -> Field {
    Field(
      name: "", title: "", kind: kind, values: [Double](repeating: number, count: count))
  }

  func picked(_ rows: [Int]) -> Field {
    var field = self
    field.values = rows.map { values[$0] }
    return field
  }

  /// The text of a row's value, for words and hints.
  func text(_ row: Int) -> String {
    let value = values[row]
    switch kind {
    case .category: return value.isNaN ? "null" : categories[Int(value)]
    case .time: return value.isNaN ? "null" : TimeText.iso(value)
    case .number, .whole:
      if let format { return NumberFormat(format).text(value) }
      return PlotNumber.text(value)
    }
  }
}

/// Reads the columns of a frame as fields.
struct FieldReader {
  let frame: DataFrame

  /// The values of a column; `isCategory` reads numbers and days as categories.
  func field(
    _ column: String, isCategory: Bool = false, order: Chart.Order? = nil
  ) throws(FrameError) -> Field {
    let place = try frame.schema.place(of: column, in: "Chart")
    let storage = frame.columns[place]
    if !isCategory, let (values, kind) = numbers(storage) {
      return Field(name: column, title: title(column, storage), kind: kind, values: values)
    }
    return categories(column, storage, order)
  }

  private func title(_ column: String, _ storage: ColumnStorage) -> String {
    if case .duration = storage { return "\(column) (s)" }
    return column
  }

  private func numbers(_ storage: ColumnStorage) -> ([Double], Field.Kind)? {
    let factor: Double
    let kind: Field.Kind
    switch storage {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64:
      (factor, kind) = (1, .whole)
    case .float32, .float64, .decimal: (factor, kind) = (1, .number)
    case .date: (factor, kind) = (86_400_000, .time)
    case .time: (factor, kind) = (1e-6, .time)
    case .datetime(_, let unit, _): (factor, kind) = (1000 / Double(unit.ticksPerSecond), .time)
    case .duration(_, let unit): (factor, kind) = (1 / Double(unit.ticksPerSecond), .number)
    case .bool, .string, .binary, .uuid, .categorical, .enum, .list, .struct: return nil
    }
    guard let doubles = storage.doubles else { return nil }
    var values = [Double](repeating: .nan, count: doubles.count)
    for row in 0..<doubles.count {
      if let value = doubles[row] { values[row] = factor == 1 ? value : value * factor }
    }
    return (values, kind)
  }

  private func categories(
    _ column: String, _ storage: ColumnStorage, _ order: Chart.Order?
  ) -> Field {
    var field = Field(name: column, title: column, kind: .category, values: [])
    switch storage {
    case .string(let texts):
      fill(&field, DictionaryColumn(texts), keepsList: false)
    case .categorical(let texts): fill(&field, texts, keepsList: false)
    case .enum(let texts): fill(&field, texts, keepsList: true)
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32,
      .float64, .decimal, .date, .time, .datetime, .duration:
      fillOrdered(&field, storage)
    case .binary, .uuid, .list, .struct: fillTexts(&field, storage)
    }
    field.sort(order)
    return field
  }

  /// Texts of a list: numbered anew in the order of rows, or in the list's own.
  private func fill(_ field: inout Field, _ column: DictionaryColumn, keepsList: Bool) {
    let names = column.categories.names
    var places = [Int](repeating: -1, count: names.count)
    if keepsList {
      field.categories = names
      places = Array(names.indices)
    }
    field.values.reserveCapacity(column.count)
    for row in 0..<column.count {
      guard let code = column.codes[row] else {
        field.values.append(.nan)
        continue
      }
      if places[Int(code)] < 0 {
        places[Int(code)] = field.categories.count
        field.categories.append(names[Int(code)])
      }
      field.values.append(Double(places[Int(code)]))
    }
    if keepsList {
      // Members of the list that no row has would be empty places.
      let used = Set(field.values.filter { !$0.isNaN }.map { Int($0) })
      field.keep(field.categories.indices.filter { used.contains($0) })
    }
  }

  /// Numbers, days and truths by size, whatever the rows' order is.
  private func fillOrdered(_ field: inout Field, _ storage: ColumnStorage) {
    guard let doubles = storage.doubles else { return }
    let values = (0..<doubles.count).map { doubles[$0] ?? .nan }
    var firstRows: [Double: Int] = [:]
    for (row, value) in values.enumerated() where !value.isNaN && firstRows[value] == nil {
      firstRows[value] = row
    }
    let distinct = firstRows.keys.sorted()
    var places: [Double: Double] = [:]
    for (place, value) in distinct.enumerated() {
      places[value] = Double(place)
      field.categories.append(PlotNumber.text(of: storage.scalar(at: firstRows[value] ?? 0)))
    }
    field.values = values.map { places[$0] ?? .nan }
  }

  private func fillTexts(_ field: inout Field, _ storage: ColumnStorage) {
    var places: [String: Double] = [:]
    for row in 0..<storage.count {
      let scalar = storage.scalar(at: row)
      guard scalar != .null else {
        field.values.append(.nan)
        continue
      }
      let text = PlotNumber.text(of: scalar)
      let place = places[text] ?? Double(field.categories.count)
      if places[text] == nil {
        places[text] = place
        field.categories.append(text)
      }
      field.values.append(place)
    }
  }
}

extension Field {
  /// Puts the categories into an order that their own texts give.
  mutating func sort(_ order: Chart.Order?) {
    guard let order else { return }
    self.order = order
    switch order {
    case .rows, .ascendingOther, .descendingOther: break
    case .ascending: keep(categories.indices.sorted { categories[$0] < categories[$1] })
    case .descending: keep(categories.indices.sorted { categories[$0] > categories[$1] })
    case .values(let first):
      let known = first.compactMap { categories.firstIndex(of: $0) }
      let rest = Set(known)
      keep(known + categories.indices.filter { !rest.contains($0) })
    }
  }

  /// Numbers the categories anew: those at `places`, in that order.
  mutating func keep(_ places: [Int]) {
    var numbers = [Double](repeating: .nan, count: categories.count)
    for (number, place) in places.enumerated() { numbers[place] = Double(number) }
    categories = places.map { categories[$0] }
    values = values.map { $0.isNaN ? .nan : numbers[Int($0)] }
  }

  /// Reads the categories as those of a longer list.
  mutating func adopt(_ list: [String], _ places: [String: Int]) {
    let numbers = categories.map { places[$0].map(Double.init) ?? .nan }
    values = values.map { $0.isNaN ? .nan : numbers[Int($0)] }
    categories = list
  }

  /// Makes null a category of its own.
  mutating func nameNulls() {
    guard isCategory, values.contains(where: \.isNaN) else { return }
    let place = Double(categories.count)
    categories.append("null")
    values = values.map { $0.isNaN ? place : $0 }
  }
}
