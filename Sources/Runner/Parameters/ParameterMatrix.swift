/// A table of parameter sets: a notebook is run once for each.
package struct ParameterMatrix: Sendable {
  package let rows: [Parameters]

  /// Reads a CSV file with names in its first line, or YAML or JSON: a list of maps is a list of
  /// sets, a map of lists stands for every combination.
  package init(reading text: String, at place: String) throws(RunError) {
    if place.lowercased().hasSuffix(".csv") {
      rows = try Self.csvRows(of: text, at: place)
    } else {
      rows = try Self.yamlRows(of: text, at: place)
    }
    guard !rows.isEmpty else { throw RunError(.usage, "the table has no rows", at: place) }
  }

  private static func yamlRows(of text: String, at place: String) throws(RunError) -> [Parameters] {
    let mend = "write a list of maps, or a map of lists"
    switch try YAMLParameters.value(of: text, at: place) {
    case .list(let values):
      var rows: [Parameters] = []
      for value in values {
        guard case .map(let entries) = value else {
          throw RunError(.usage, "row \(rows.count + 1) is no map", at: place, mend: mend)
        }
        var row = Parameters()
        for entry in entries { row.set(entry.key, to: entry.value) }
        rows.append(row)
      }
      return rows
    case .map(let entries):
      var rows = [Parameters()]
      for entry in entries {
        guard case .list(let values) = entry.value else {
          throw RunError(.usage, "\"\(entry.key)\" is no list", at: place, mend: mend)
        }
        guard rows.count * values.count <= 100_000 else {
          throw RunError(.usage, "more than 100,000 combinations", at: place)
        }
        rows = rows.flatMap { row in
          values.map { value in
            var row = row
            row.set(entry.key, to: value)
            return row
          }
        }
      }
      return entries.isEmpty ? [] : rows
    default: throw RunError(.usage, "the table is neither a list nor a map", at: place, mend: mend)
    }
  }

  private static func csvRows(of text: String, at place: String) throws(RunError) -> [Parameters] {
    let records = try csvRecords(of: text, at: place)
    guard let names = records.first else { return [] }
    var rows: [Parameters] = []
    for (number, record) in records.dropFirst().enumerated() {
      guard record.count == names.count else {
        throw RunError(
          .usage,
          "row \(number + 1) has \(record.count) fields, and there are \(names.count) names",
          at: place)
      }
      var row = Parameters()
      for (name, value) in zip(names, record) { row.set(name, to: .word(value)) }
      rows.append(row)
    }
    return rows
  }

  /// The records of a CSV text (RFC 4180).
  private static func csvRecords(of text: String, at place: String) throws(RunError) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var field = ""
    var isQuoted = false
    var wasQuoted = false
    var characters = text.makeIterator()
    var next = characters.next()
    func isLineEnd(_ character: Character) -> Bool {
      character == "\n" || character == "\r\n" || character == "\r"
    }
    while let character = next {
      next = characters.next()
      if isQuoted {
        if character != "\"" {
          field.append(character)
        } else if next == "\"" {
          field.append("\"")
          next = characters.next()
        } else {
          isQuoted = false
        }
      } else if character == "\"", field.isEmpty {
        isQuoted = true
        wasQuoted = true
      } else if character == "," || isLineEnd(character) {
        record.append(field)
        field = ""
        if isLineEnd(character) {
          if record != [""] || wasQuoted { records.append(record) }
          record = []
        }
        wasQuoted = false
      } else {
        field.append(character)
      }
    }
    guard !isQuoted else { throw RunError(.usage, "a quote is not closed", at: place) }
    if !record.isEmpty || !field.isEmpty { records.append(record + [field]) }
    return records
  }
}

extension Parameters {
  /// The parameters in one short line, for people.
  package var summary: String {
    let text = entries.map { "\($0.key)=\($0.value.plainText)" }.joined(separator: ", ")
    return text.count <= 60 ? text : text.prefix(57) + "…"
  }
}
