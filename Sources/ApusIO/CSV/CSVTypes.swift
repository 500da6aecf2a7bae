internal import ApusFrame

/// Which types a column's values allow; each value can only narrow them, so the order of rows does
/// not matter.
struct CSVTypes {
  private(set) var seesValues = false
  private var allowsBool = true
  private var allowsNumber = true
  private var allowsDate = true
  private var allowsDatetime = true
  private var allowsTime = true
  private var seesFraction = false
  private var seesHuge = false

  /// Whether nothing but text is left, so that further values cannot change the type.
  var isText: Bool {
    !allowsBool && !allowsNumber && !allowsDate && !allowsDatetime && !allowsTime
  }

  /// Takes a value, which is not null, into account.
  mutating func narrow(by bytes: UnsafeBufferPointer<UInt8>, _ format: CSVNumberFormat?) {
    seesValues = true
    if allowsNumber {
      let kind =
        if let format { format.plain(bytes, CSVNumbers.kind) } else { CSVNumbers.kind(of: bytes) }
      switch kind {
      case .whole?: break
      case .huge?: seesHuge = true
      case .fractional?: seesFraction = true
      case nil: allowsNumber = false
      }
    }
    if allowsBool { allowsBool = CSVNumbers.bool(bytes) != nil }
    if allowsDate { allowsDate = CivilDate.parse(bytes) != nil }
    if allowsDatetime { allowsDatetime = CSVNumbers.isDatetime(bytes) }
    if allowsTime { allowsTime = CSVNumbers.isTime(bytes) }
  }

  /// Takes what another part of the column was found to allow into account.
  mutating func merge(_ other: CSVTypes) {
    seesValues = seesValues || other.seesValues
    allowsBool = allowsBool && other.allowsBool
    allowsNumber = allowsNumber && other.allowsNumber
    allowsDate = allowsDate && other.allowsDate
    allowsDatetime = allowsDatetime && other.allowsDatetime
    allowsTime = allowsTime && other.allowsTime
    seesFraction = seesFraction || other.seesFraction
    seesHuge = seesHuge || other.seesHuge
  }

  /// The type when the values seen are a part of the column, and values of it all fit a type only
  /// if it is the column's; nothing where values that were not seen decide.
  var guess: DataType? {
    guard seesValues, isText || !seesHuge || seesFraction else { return nil }
    return type
  }

  /// The narrowest type that holds every value.
  var type: DataType {
    guard seesValues else { return .string }
    if allowsBool { return .bool }
    if allowsDate { return .date }
    if allowsDatetime { return .datetime(.microseconds) }
    if allowsTime { return .time }
    guard allowsNumber else { return .string }
    if seesFraction { return .float64 }
    // Long digits alone are identifiers: floating point would change them.
    return seesHuge ? .string : .int64
  }
}
