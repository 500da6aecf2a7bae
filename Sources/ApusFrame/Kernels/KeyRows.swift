/// Key columns side by side: hashes of rows, and whether two rows agree. For keys that have too
/// many different values for codes.
final class KeyRows {
  /// Where a key's values lie. The pointers live as long as the columns that `KeyRows` keeps.
  private enum Part {
    case words(UnsafePointer<UInt64>)
    case texts(StringReader)
  }

  private struct Key {
    let part: Part
    let validity: UnsafePointer<UInt64>?
  }

  private let keys: [Key]
  /// What the pointers of the keys point into. Apart from them, so that loops over keys count no
  /// references.
  private let owners: [AnyObject]
  /// The rows' own words when there is one key of fixed width without nulls: then words, not only
  /// hashes, tell rows apart.
  let exactWords: UnsafePointer<UInt64>?

  /// The stand-in for a null in a hash.
  private static let nullWord: UInt64 = 0x6e75_6c6c

  init(_ columns: [ColumnStorage]) throws(FrameError) {
    var keys: [Key] = []
    var owners: [AnyObject] = []
    for column in columns { keys += try KeyRows.keys(column, &owners) }
    self.keys = keys
    self.owners = owners
    if keys.count == 1, keys[0].validity == nil, case .words(let words) = keys[0].part {
      exactWords = words
    } else {
      exactWords = nil
    }
  }

  /// The key of a column; two for values of sixteen bytes, which are two words.
  private static func keys(
    _ column: ColumnStorage, _ owners: inout [AnyObject]
  ) throws(FrameError) -> [Key] {
    let validity = column.validity.map { bits -> UnsafePointer<UInt64> in
      owners.append(bits.words.buffer)
      return bits.words.read { $0 }
    }
    let plain = column.plain
    if case .texts(let texts) = plain {
      let held = HeldTexts(texts)
      owners.append(held)
      return [Key(part: .texts(held.reader), validity: validity)]
    }
    return try plain.keyWords.map { words in
      owners.append(words.buffer)
      return Key(part: .words(words.read { $0 }), validity: validity)
    }
  }

  /// Whether there is one key, of fixed width: words tell rows that have it apart.
  var hasSingleWord: Bool {
    if keys.count == 1, case .words = keys[0].part { return true }
    return false
  }

  /// Writes the words of `rows` to `target`: the key itself when `isExact`, else the hash.
  @inline(__always)
  func fillWords(_ rows: Range<Int>, isExact: Bool, to target: UnsafeMutablePointer<UInt64>) {
    if isExact, case .words(let words) = keys[0].part {
      target.update(from: words + rows.lowerBound, count: rows.count)
    } else {
      hash(rows, to: target)
    }
  }

  /// Writes the hashes of `rows` to `target`, from its start.
  func hash(_ rows: Range<Int>, to target: UnsafeMutablePointer<UInt64>) {
    let first = rows.lowerBound
    for (place, key) in keys.enumerated() {
      let isFirst = place == 0
      switch key.part {
      case .words(let words):
        if isFirst, key.validity == nil {
          for row in 0..<rows.count { target[row] = mix(words[first + row], 0) }
        } else {
          for row in 0..<rows.count {
            let word = KeyRows.isNull(key, first + row) ? KeyRows.nullWord : words[first + row]
            target[row] = mix(word, isFirst ? 0 : target[row])
          }
        }
      case .texts(let texts):
        for row in 0..<rows.count {
          let word = KeyRows.isNull(key, first + row) ? KeyRows.nullWord : texts.hash(first + row)
          target[row] = isFirst ? word : mix(word, target[row])
        }
      }
    }
  }

  /// Whether a row here and one of `other`, whose columns have the same types, agree in all keys;
  /// null agrees with null.
  @inline(__always)
  func isEqual(_ row: Int, to other: KeyRows, _ otherRow: Int) -> Bool {
    for place in keys.indices {
      let (key, otherKey) = (keys[place], other.keys[place])
      let isNull = KeyRows.isNull(key, row)
      guard isNull == KeyRows.isNull(otherKey, otherRow) else { return false }
      if isNull { continue }
      switch (key.part, otherKey.part) {
      case (.words(let a), .words(let b)):
        guard a[row] == b[otherRow] else { return false }
      case (.texts(let a), .texts(let b)):
        guard a.isEqual(row, to: b, otherRow) else { return false }
      case (.words, .texts), (.texts, .words):
        preconditionFailure("keys of different types")
      }
    }
    return true
  }

  /// Whether one of the row's keys is null.
  @inline(__always)
  func hasNull(_ row: Int) -> Bool {
    keys.contains { KeyRows.isNull($0, row) }
  }

  @inline(__always)
  private static func isNull(_ key: Key, _ row: Int) -> Bool {
    guard let validity = key.validity else { return false }
    return validity[row >> 6] >> UInt64(row & 63) & 1 == 0
  }
}

extension PlainColumn {
  /// The values as words of bits, one or two a value, that are equal when the values are; not for
  /// texts.
  fileprivate var keyWords: [Values<UInt64>] {
    get throws(FrameError) {
      switch self {
      case .bits(let column):
        let bits = column.values
        return [try Values.inParallel(count: column.count) { bits[$0] ? 1 : 0 }]
      case .int8(let column): return [try column.values.words { UInt64(truncatingIfNeeded: $0) }]
      case .int16(let column): return [try column.values.words { UInt64(truncatingIfNeeded: $0) }]
      case .int32(let column): return [try column.values.words { UInt64(truncatingIfNeeded: $0) }]
      case .int64(let column): return [column.reinterpreted(as: UInt64.self).values]
      case .uint8(let column): return [try column.values.words { UInt64($0) }]
      case .uint16(let column): return [try column.values.words { UInt64($0) }]
      case .uint32(let column): return [try column.values.words { UInt64($0) }]
      case .uint64(let column): return [column.values]
      case .int128(let column):
        return [
          try column.values.words { UInt64(truncatingIfNeeded: $0) },
          try column.values.words { UInt64(truncatingIfNeeded: $0 >> 64) },
        ]
      case .float32(let column): return [try column.values.words { keyBits(Double($0)) }]
      case .float64(let column): return [try column.values.words { keyBits($0) }]
      case .texts: preconditionFailure("texts have no words")
      }
    }
  }
}

extension Values {
  /// Values that `value` gives for each place, in any order.
  @inline(__always)
  static func inParallel(
    count: Int, _ value: (Int) -> Element
  ) throws(FrameError) -> Values {
    try Values(count: count) { target throws(FrameError) in
      try ApusFrame.inParallel(rows: count) { rows throws(FrameError) in
        for row in rows { target[row] = value(row) }
      }
    }
  }

  @inline(__always)
  func words(_ word: (Element) -> UInt64) throws(FrameError) -> Values<UInt64> {
    try read { source throws(FrameError) in
      try Values<UInt64>.inParallel(count: count) { word(source[$0]) }
    }
  }
}
