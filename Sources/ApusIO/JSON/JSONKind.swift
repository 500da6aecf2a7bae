internal import ApusFrame

/// What the values of a column of JSON were found to be; a kind widens as values are seen.
indirect enum JSONKind: Sendable, Equatable {
  /// Nothing but null so far.
  case unknown
  case bool, int, double, text
  case list(JSONKind)
  case object([Field])
  /// Values of different kinds, or objects without fields: kept as the text that they were.
  case mixed

  /// A field of an object.
  struct Field: Sendable, Equatable {
    var name: String
    var kind: JSONKind
  }

  /// The kind that holds the values of both.
  func merged(with other: JSONKind) -> JSONKind {
    if self == other { return self }
    switch (self, other) {
    case (.unknown, let kind), (let kind, .unknown): return kind
    case (.int, .double), (.double, .int): return .double
    case (.list(let left), .list(let right)): return .list(left.merged(with: right))
    case (.object(let left), .object(let right)):
      var fields = left
      for field in right {
        if let place = fields.firstIndex(where: { $0.name == field.name }) {
          fields[place].kind = fields[place].kind.merged(with: field.kind)
        } else {
          fields.append(field)
        }
      }
      return .object(fields)
    default: return .mixed
    }
  }

  /// The type of the column.
  var type: DataType {
    switch self {
    case .unknown, .text, .mixed: .string
    case .bool: .bool
    case .int: .int64
    case .double: .float64
    case .list(let element): .list(element.type)
    case .object(let fields):
      fields.isEmpty ? .string : .struct(fields.map { Schema.Field($0.name, $0.kind.type) })
    }
  }
}
