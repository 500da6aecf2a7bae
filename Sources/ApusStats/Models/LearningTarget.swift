package import ApusFrame

/// What a model learns to predict: numbers, or classes.
package enum LearningTarget: Sendable {
  /// A number for each row.
  case numbers([Double])
  /// A class for each row, as its place in the list of labels.
  case classes(ClassTarget)

  /// How many rows there are.
  package var count: Int {
    switch self {
    case .numbers(let values): values.count
    case .classes(let target): target.codes.count
    }
  }

  /// The target of some of the rows; the list of labels stays.
  package func rows(_ rows: [Int]) -> LearningTarget {
    switch self {
    case .numbers(let values): .numbers(rows.map { values[$0] })
    case .classes(let target):
      .classes(ClassTarget(labels: target.labels, codes: rows.map { target.codes[$0] }))
    }
  }
}

/// Classes of rows.
package struct ClassTarget: Sendable, Equatable {
  /// The names of the classes, sorted.
  package let labels: [String]
  /// For each row the place of its class.
  package let codes: [Int32]

  /// Classes of these names and places.
  package init(labels: [String], codes: [Int32]) {
    self.labels = labels
    self.codes = codes
  }

  /// The classes of a column: its distinct values, numbers by size and texts by their order.
  package init(_ column: AnyColumn, in place: String) throws(StatsError) {
    if column.nullCount > 0 {
      throw StatsError(
        code: .badValue, what: "the target \"\(column.name)\" has \(column.nullCount) nulls",
        place: place, mend: "leave those rows out: filter(col(\"\(column.name)\").isNotNull())")
    }
    if column.type.isNumeric || column.type == .bool {
      let numbers = try column.numbers(in: place)
      if let row = numbers.firstIndex(where: { !$0.isFinite }) {
        throw StatsError(
          code: .badValue, what: "the target \"\(column.name)\" is \(numbers[row]) in row \(row)",
          place: place, mend: "leave those rows out")
      }
      let distinct = Array(Set(numbers)).sorted()
      let places = Dictionary(uniqueKeysWithValues: zip(distinct, 0...))
      let isBool = column.type == .bool
      labels = distinct.map { Self.label($0, isBool: isBool) }
      codes = numbers.map { Int32(places[$0] ?? 0) }
      return
    }
    var places: [String: Int32] = [:]
    var found: [String] = []
    var codes: [Int32] = []
    codes.reserveCapacity(column.count)
    let texts = try column.texts(in: place)
    for text in texts {
      let text = text ?? ""
      if let place = places[text] {
        codes.append(place)
      } else {
        places[text] = Int32(found.count)
        codes.append(Int32(found.count))
        found.append(text)
      }
    }
    let sorted = found.sorted()
    let order = Dictionary(uniqueKeysWithValues: zip(sorted, Int32(0)...))
    let moved = found.map { order[$0] ?? 0 }
    labels = sorted
    self.codes = codes.map { moved[Int($0)] }
  }

  private static func label(_ value: Double, isBool: Bool) -> String {
    if isBool { return value == 0 ? "false" : "true" }
    return Int(exactly: value).map(String.init) ?? "\(value)"
  }

  /// How many rows each class has.
  package var counts: [Int] {
    var counts = [Int](repeating: 0, count: labels.count)
    for code in codes { counts[Int(code)] += 1 }
    return counts
  }
}

extension AnyColumn {
  /// The column's values as text: texts as they are, numbers and Booleans as they are written.
  package func texts(in place: String) throws(StatsError) -> [String?] {
    switch type {
    case .string, .categorical:
      do throws(FrameError) {
        let frame = try DataFrame(columns: [AnyColumn(name: "x", self)])
        let column = try frame.select(col("x").cast(to: .string).as("x"))["x"]
        return Array(try column.as(String.self))
      } catch {
        throw StatsError(error, in: place)
      }
    case .bool:
      return try numbers(in: place).map { $0.isNaN ? nil : $0 == 0 ? "false" : "true" }
    default:
      guard type.isNumeric else {
        do throws(FrameError) {
          let frame = try DataFrame(columns: [AnyColumn(name: "x", self)])
          return Array(try frame.select(col("x").cast(to: .string).as("x"))["x"].as(String.self))
        } catch {
          throw StatsError(error, in: place)
        }
      }
      return try numbers(in: place).map { value in
        value.isNaN ? nil : Int(exactly: value).map(String.init) ?? "\(value)"
      }
    }
  }
}
