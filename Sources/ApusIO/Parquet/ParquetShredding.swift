internal import ApusFrame

/// The values of a leaf that are to be written: those that are present, one behind the other, and
/// the levels that say where they belong (Melnik et al., Dremel, 2010).
struct ParquetLeafValues {
  /// Names from the column down.
  var path: [String]
  var type: DataType
  /// The values that are present.
  var dense: ColumnStorage
  /// A level each for values, nulls and empty lists; nothing when every row has a value.
  var definitions: [UInt8]?
  /// Nothing for values that are in no list.
  var repetitions: [UInt8]?
  var maxDefinition: UInt8
  var maxRepetition: UInt8
  var rowCount: Int

  /// How many levels there are.
  var slotCount: Int { definitions?.count ?? rowCount }
}

/// Takes columns apart into leaves.
struct ParquetShredding {
  private(set) var leaves: [ParquetLeafValues] = []

  /// What stands at each place while a column is taken apart: a row of it, or nothing any more.
  private struct Slots {
    var repetitions: [UInt8]
    var definitions: [UInt8]
    var rows: [Int]
    static let gone = -1
  }

  /// The leaves of a column.
  init(_ column: ColumnStorage, name: String) {
    guard column.type.isNested else {
      var leaf = ParquetLeafValues(
        path: [name], type: column.type, dense: column, maxDefinition: 1, maxRepetition: 0,
        rowCount: column.count)
      if let validity = column.validity {
        leaf.definitions = (0..<column.count).map { validity[$0] ? 1 : 0 }
        leaf.dense = column.gathered(
          ParquetShredding.rows { body in
            for row in 0..<column.count where validity[row] { body(row) }
          }
        ).withValidity(nil)
      }
      leaves.append(leaf)
      return
    }
    let slots = Slots(
      repetitions: [UInt8](repeating: 0, count: column.count),
      definitions: [UInt8](repeating: 0, count: column.count), rows: Array(0..<column.count))
    visit(column, [name], slots, definition: 0, repetition: 0, rowCount: column.count)
  }

  private mutating func visit(
    _ column: ColumnStorage, _ path: [String], _ slots: Slots, definition: UInt8,
    repetition: UInt8, rowCount: Int
  ) {
    var slots = slots
    let validity = column.validity
    for place in slots.rows.indices where slots.rows[place] != Slots.gone {
      if validity?[slots.rows[place]] ?? true {
        slots.definitions[place] = definition + 1
      } else {
        slots.rows[place] = Slots.gone
      }
    }
    switch StoredColumn(column) {
    case .structure(let structure):
      for (name, field) in zip(structure.names, structure.fields) {
        visit(
          field, path + [name], slots, definition: definition + 1, repetition: repetition,
          rowCount: rowCount)
      }
    case .list(let list):
      var next = Slots(repetitions: [], definitions: [], rows: [])
      for place in slots.rows.indices {
        let row = slots.rows[place]
        let range = row == Slots.gone ? 0..<0 : list.range(row)
        if range.isEmpty {
          next.repetitions.append(slots.repetitions[place])
          next.definitions.append(slots.definitions[place])
          next.rows.append(Slots.gone)
          continue
        }
        for value in range {
          next.repetitions.append(
            value == range.lowerBound ? slots.repetitions[place] : repetition + 1)
          next.definitions.append(definition + 2)
          next.rows.append(value)
        }
      }
      visit(
        list.child, path + ["list", "element"], next, definition: definition + 2,
        repetition: repetition + 1, rowCount: rowCount)
    case .bits, .fixed, .texts, .codes:
      let dense = column.gathered(
        ParquetShredding.rows { body in
          for row in slots.rows where row != Slots.gone { body(row) }
        }
      ).withValidity(nil)
      leaves.append(
        ParquetLeafValues(
          path: path, type: column.type, dense: dense, definitions: slots.definitions,
          repetitions: repetition == 0 ? nil : slots.repetitions, maxDefinition: definition + 1,
          maxRepetition: repetition, rowCount: rowCount))
    }
  }

  private static func rows(_ forEach: ((Int) -> Void) -> Void) -> Values<UInt32> {
    var rows: [UInt32] = []
    forEach { rows.append(UInt32($0)) }
    return Values(rows)
  }
}
