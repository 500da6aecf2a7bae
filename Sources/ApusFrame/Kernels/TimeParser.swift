/// Reads texts by a pattern of strptime. White space in the pattern stands for any amount of it;
/// numbers may lack their zeros; letters of names may be of either case.
struct TimeParser {
  private let parts: [TimePattern.Part]
  private let type: DataType

  /// Directives that a text can be read by.
  private static let known = Set("YymbBhdejaAFDHkIlMSpPRTzs")

  /// A parser, or nothing when the pattern has an unknown directive or too little for the type.
  init?(_ pattern: String, as type: DataType) {
    guard let found = TimePattern(pattern) else { return nil }
    var letters = Set<Character>()
    for part in found.parts {
      switch part {
      case .directive(let letter):
        guard TimeParser.known.contains(letter) else { return nil }
        letters.insert(letter)
      case .colonOffset: letters.insert("z")
      case .text, .fraction: break
      }
    }
    let hasDay =
      !letters.isDisjoint(with: ["F", "D", "s"])
      || !letters.isDisjoint(with: ["Y", "y"])
        && (letters.contains("j")
          || !letters.isDisjoint(with: ["m", "b", "B", "h"])
            && !letters.isDisjoint(with: ["d", "e"]))
    let hasClock = !letters.isDisjoint(with: ["H", "k", "I", "l", "R", "T", "s"])
    switch type {
    case .date, .datetime: guard hasDay else { return nil }
    case .time: guard hasClock else { return nil }
    default: return nil
    }
    parts = found.parts
    self.type = type
  }

  /// What a text said.
  struct Found {
    var year: Int?
    var month = 1
    var day = 1
    var dayOfYear: Int?
    var hour = 0
    var isAfternoon: Bool?
    var minute = 0
    var second = 0
    var nanosecond = 0
    var offset: Int?
    var epoch: Int?

    /// The day and time, as clocks show them.
    var datetime: Datetime? {
      if let epoch { return Datetime(secondsSinceEpoch: epoch, nanosecond: nanosecond) }
      var hour = hour
      if let isAfternoon {
        guard (1...12).contains(hour) else { return nil }
        hour = hour % 12 + (isAfternoon ? 12 : 0)
      }
      guard
        let time = CivilTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
      else { return nil }
      let year = year ?? 1970
      if let dayOfYear {
        guard let first = CivilDate(year: year, month: 1, day: 1),
          (1...(CivilCalendar.isLeapYear(year) ? 366 : 365)).contains(dayOfYear)
        else { return nil }
        return Datetime(
          CivilDate(daysSinceEpoch: first.daysSinceEpoch + Int32(dayOfYear - 1)), time)
      }
      return CivilDate(year: year, month: month, day: day).map { Datetime($0, time) }
    }
  }

  /// Reads a whole text.
  func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Found? {
    var found = Found()
    var cursor = TimeCursor(bytes)
    for part in parts {
      switch part {
      case .text(let text): guard cursor.take(text) else { return nil }
      case .fraction(let digits, let hasPoint):
        if hasPoint {
          guard cursor.take(0x2e) else {
            guard digits == 0 else { return nil }
            continue
          }
        }
        guard let value = cursor.fraction(digits: digits == 0 || !hasPoint ? 0 : digits) else {
          return nil
        }
        found.nanosecond = value
      case .colonOffset: guard read("z", &cursor, &found) else { return nil }
      case .directive(let letter): guard read(letter, &cursor, &found) else { return nil }
      }
    }
    return cursor.isAtEnd ? found : nil
  }

  private func read(_ letter: Character, _ cursor: inout TimeCursor, _ found: inout Found) -> Bool {
    func put(_ digits: Int, _ range: ClosedRange<Int>, _ place: WritableKeyPath<Found, Int>) -> Bool
    {
      guard let value = cursor.number(upTo: digits), range.contains(value) else { return false }
      found[keyPath: place] = value
      return true
    }
    switch letter {
    case "Y":
      let isNegative = cursor.take(0x2d)
      guard let value = cursor.number(upTo: 4) else { return false }
      found.year = isNegative ? -value : value
      return true
    case "y":
      guard let value = cursor.number(upTo: 2) else { return false }
      // POSIX: 69 to 99 are of the last century.
      found.year = value + (value < 69 ? 2000 : 1900)
      return true
    case "m": return put(2, 1...12, \.month)
    case "d", "e":
      cursor.skipSpaces()
      return put(2, 1...31, \.day)
    case "j":
      guard let value = cursor.number(upTo: 3) else { return false }
      found.dayOfYear = value
      return true
    case "b", "B", "h":
      guard let place = cursor.name(of: TimePattern.months) else { return false }
      found.month = place + 1
      return true
    case "a", "A": return cursor.name(of: TimePattern.weekdays) != nil
    case "H", "k", "I", "l":
      cursor.skipSpaces()
      return put(2, 0...23, \.hour)
    case "M": return put(2, 0...59, \.minute)
    case "S": return put(2, 0...59, \.second)
    case "p", "P":
      guard let place = cursor.name(of: ["AM", "PM"]) else { return false }
      found.isAfternoon = place == 1
      return true
    case "z":
      guard let offset = cursor.offset() else { return false }
      found.offset = offset
      return true
    case "s":
      let isNegative = cursor.take(0x2d)
      guard let value = cursor.number(upTo: 18) else { return false }
      found.epoch = isNegative ? -value : value
      return true
    case "F":
      return read("Y", &cursor, &found) && cursor.take(0x2d) && read("m", &cursor, &found)
        && cursor.take(0x2d) && read("d", &cursor, &found)
    case "D":
      return read("m", &cursor, &found) && cursor.take(0x2f) && read("d", &cursor, &found)
        && cursor.take(0x2f) && read("y", &cursor, &found)
    case "R":
      return read("H", &cursor, &found) && cursor.take(0x3a) && read("M", &cursor, &found)
    case "T":
      return read("R", &cursor, &found) && cursor.take(0x3a) && read("S", &cursor, &found)
    default: return false
    }
  }

  /// A column of texts as one of the parser's type.
  func column(_ texts: StringColumn, _ casts: Casts) throws(FrameError) -> ColumnStorage {
    let zone: ZoneRules? =
      if case .datetime(_, let zone?) = type {
        try ZoneRules.named(zone, in: casts.step)
      } else {
        nil
      }
    return try texts.read { reader throws(FrameError) in
      let shown = { (row: Int) in "\"\(reader.text(row))\"" }
      switch type {
      case .date:
        return .date(
          try casts.attempted(
            texts.count, texts.validity, as: type, hole: CivilDate(daysSinceEpoch: 0),
            { parse(reader.bytes($0))?.datetime?.date }, shown: shown))
      case .time:
        return .time(
          try casts.attempted(
            texts.count, texts.validity, as: type, hole: 0,
            { parse(reader.bytes($0))?.datetime?.time.nanosecondsSinceMidnight }, shown: shown))
      case .datetime(let unit, let zoneName):
        return .datetime(
          try casts.attempted(
            texts.count, texts.validity, as: type, hole: 0,
            { row in
              guard let found = parse(reader.bytes(row)), var result = found.datetime else {
                return nil
              }
              if let offset = found.offset {
                result.secondsSinceEpoch -= offset
              } else if let zone, found.epoch == nil {
                guard case .one(let seconds) = zone.instants(ofLocal: result.secondsSinceEpoch)
                else { return nil }
                result.secondsSinceEpoch = seconds
              }
              return result.ticks(unit)
            }, shown: shown), unit, zone: zoneName)
      default: preconditionFailure("no text is parsed as \(type)")
      }
    }
  }
}

/// Goes through a text.
private struct TimeCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  mutating func skipSpaces() {
    while place < bytes.count, bytes[place] == 0x20 || (9...13).contains(bytes[place]) {
      place += 1
    }
  }

  mutating func take(_ text: String) -> Bool {
    for byte in text.utf8 {
      if byte == 0x20 || (9...13).contains(byte) {
        skipSpaces()
      } else if !take(byte) {
        return false
      }
    }
    return true
  }

  mutating func number(upTo digits: Int) -> Int? {
    let start = place
    var value = 0
    while place < bytes.count, place - start < digits, bytes[place] &- 0x30 < 10 {
      value = value * 10 + Int(bytes[place] &- 0x30)
      place += 1
    }
    return place > start ? value : nil
  }

  /// Decimals as nanoseconds: exactly `digits`, or for 0 any number.
  mutating func fraction(digits: Int) -> Int? {
    let start = place
    var value = 0
    while place < bytes.count, bytes[place] &- 0x30 < 10, digits == 0 || place - start < digits {
      if place - start < 9 { value = value * 10 + Int(bytes[place] &- 0x30) }
      place += 1
    }
    guard place > start, digits == 0 || place - start == digits else { return nil }
    for _ in Swift.min(place - start, 9)..<9 { value *= 10 }
    return value
  }

  /// The place of a name, whole or by its first three letters.
  mutating func name(of names: [String]) -> Int? {
    for (number, name) in names.enumerated() {
      for length in Set([name.utf8.count, Swift.min(3, name.utf8.count)]).sorted(by: >) {
        let wanted = Array(name.utf8.prefix(length))
        guard bytes.count - place >= length else { continue }
        let isSame = (0..<length).allSatisfy { bytes[place + $0] | 0x20 == wanted[$0] | 0x20 }
        if isSame {
          place += length
          return number
        }
      }
    }
    return nil
  }

  mutating func offset() -> Int? {
    if take(0x5a) || take(0x7a) { return 0 }
    let sign = take(0x2d) ? -1 : take(0x2b) ? 1 : 0
    let start = place
    guard sign != 0, let hours = number(upTo: 2), place - start == 2, hours < 24 else { return nil }
    _ = take(0x3a)
    if isAtEnd { return sign * hours * 3600 }
    guard let minutes = number(upTo: 2), minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
