/// A column to sort by, and how.
struct SortColumn {
  let column: ColumnStorage
  let isDescending: Bool
  let nullsFirst: Bool

  init(_ column: ColumnStorage, _ key: SortPlace) {
    // Texts that are kept as numbers are ordered by their places in the list.
    if case .string(let texts) = column {
      self.column = texts.asCategories ?? column
    } else {
      self.column = column
    }
    isDescending = key.isDescending
    nullsFirst = key.nullsFirst
  }
}

/// A word a row whose order as a number is the order of the key: direction and nulls included.
struct SortWords {
  let words: Values<UInt64>
  /// All words are below 2 to the power of this.
  let bits: Int
  /// Whether equal words mean equal keys.
  let isExact: Bool

  /// The words of a key. A key before others is kept short: its values are numbered when that is
  /// cheap, so that bits are left for the others.
  init(_ key: SortColumn, isLast: Bool) throws(FrameError) {
    let plain = try SortWords.plain(key)
    if plain.bits > 24 && !isLast || !plain.isExact, let ranked = try SortWords.ranked(key) {
      self = ranked
    } else {
      self = plain
    }
  }

  init(words: Values<UInt64>, bits: Int, isExact: Bool) {
    self.words = words
    self.bits = bits
    self.isExact = isExact
  }

  private static func plain(_ key: SortColumn) throws(FrameError) -> SortWords {
    switch key.column.ordered {
    case .bits(let column):
      let bits = column.values
      return try numbers(key, column.count) { bits[$0] ? 1 : 0 }
    case .int8(let column): return try whole(key, column)
    case .int16(let column): return try whole(key, column)
    case .int32(let column): return try whole(key, column)
    case .int64(let column): return try whole(key, column)
    case .uint8(let column): return try whole(key, column)
    case .uint16(let column): return try whole(key, column)
    case .uint32(let column): return try whole(key, column)
    case .uint64(let column):
      return try column.values.read { source throws(FrameError) in
        try numbers(key, column.count) { source[$0] }
      }
    case .int128(let column): return try wide(key, column)
    case .float32(let column):
      return try column.values.read { source throws(FrameError) in
        try numbers(key, column.count) { UInt64(orderedBits(source[$0])) }
      }
    case .float64(let column):
      return try column.values.read { source throws(FrameError) in
        try numbers(key, column.count) { orderedBits(source[$0]) }
      }
    case .texts(let column):
      return try textWords(column, key)
    }
  }

  private static func whole<Element: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ key: SortColumn, _ column: FixedWidthColumn<Element>
  ) throws(FrameError) -> SortWords {
    try column.values.read { source throws(FrameError) in
      try numbers(key, column.count) { UInt64(bitPattern: Int64(source[$0])) ^ 1 << 63 }
    }
  }

  /// Sixteen bytes a value: the word holds all when 64 bits are enough, else the upper half.
  private static func wide(
    _ key: SortColumn, _ column: FixedWidthColumn<Int128>
  ) throws(FrameError) -> SortWords {
    if let narrow = column.narrowed { return try whole(key, narrow) }
    let upper = try column.values.read { source throws(FrameError) in
      try numbers(key, column.count) {
        UInt64(truncatingIfNeeded: source[$0] >> 64) ^ 1 << 63
      }
    }
    return SortWords(words: upper.words, bits: upper.bits, isExact: false)
  }

  /// The place of each value among the different ones, when these are few.
  private static func ranked(_ key: SortColumn) throws(FrameError) -> SortWords? {
    guard let keyCodes = try KeyCodes.of(key.column), keyCodes.cardinality <= 1 << 17 else {
      return nil
    }
    let count = key.column.count
    // A row for each code; the codes of nulls and of values that occur nowhere keep none.
    var rows = [UInt32](repeating: .max, count: keyCodes.cardinality)
    keyCodes.codes.read { codes in
      for row in 0..<count { rows[Int(codes[row])] = UInt32(truncatingIfNeeded: row) }
    }
    let order = RowOrder([SortColumn(key.column, key.ascendingPlace)])
    var codes = (0..<keyCodes.cardinality).filter { code in
      rows[code] != .max && order.isPresent(rows[code])
    }
    codes.sort { order.isLess(rows[$0], rows[$1]) }
    var ranks = [UInt64](repeating: 0, count: keyCodes.cardinality)
    for (rank, code) in codes.enumerated() { ranks[code] = UInt64(rank) }
    return try keyCodes.codes.read { codes throws(FrameError) in
      try ranks.withUnsafeBufferPointer { ranks throws(FrameError) in
        try numbers(key, count) { ranks[Int(codes[$0])] }
      }
    }
  }

  /// Words from numbers: the distance to the least of those present, or to the greatest.
  @inline(__always)
  private static func numbers(
    _ key: SortColumn, _ count: Int, _ number: (Int) -> UInt64
  ) throws(FrameError) -> SortWords {
    let validity = key.column.validity
    let chunkCount = (count + chunkRowCount - 1) / chunkRowCount
    var least = [UInt64](repeating: .max, count: chunkCount)
    var greatest = [UInt64](repeating: 0, count: chunkCount)
    let words = try Values<UInt64>(count: count) { target throws(FrameError) in
      try least.withUnsafeMutableBufferPointer { least throws(FrameError) in
        try greatest.withUnsafeMutableBufferPointer { greatest throws(FrameError) in
          try inParallel(rows: count) { rows throws(FrameError) in
            var (low, high) = (UInt64.max, UInt64(0))
            for row in rows { target[row] = number(row) }
            forEachPresent(in: rows, validity) { row in
              low = Swift.min(low, target[row])
              high = Swift.max(high, target[row])
            }
            least[rows.lowerBound / chunkRowCount] = low
            greatest[rows.lowerBound / chunkRowCount] = high
          }
        }
      }
      let low = least.min() ?? 0
      let high = Swift.max(greatest.max() ?? 0, low == .max ? 0 : low)
      try inParallel(rows: count) { rows throws(FrameError) in
        if key.isDescending {
          for row in rows { target[row] = high &- target[row] }
        } else {
          for row in rows { target[row] = target[row] &- low }
        }
      }
    }
    let low = least.min() ?? 0
    let span = low == .max ? 0 : (greatest.max() ?? 0) &- low
    return try SortWords(
      words: words, bits: 64 - span.leadingZeroBitCount, isExact: true
    ).withNulls(key)
  }

  /// The words with those of nulls set before or behind all others.
  func withNulls(_ key: SortColumn) throws(FrameError) -> SortWords {
    guard let validity = key.column.validity else { return self }
    // Where every bit is taken the lowest one gives way.
    let drop: UInt64 = bits == 64 ? 1 : 0
    let top: UInt64 = 1 << UInt64(bits - Int(drop))
    let nullsFirst = key.nullsFirst
    let marked = try words.read { source throws(FrameError) in
      try Values<UInt64>(count: words.count) { target throws(FrameError) in
        try inParallel(rows: words.count) { rows throws(FrameError) in
          for row in rows {
            target[row] = source[row] >> drop | (nullsFirst ? top : 0)
          }
          forEachAbsent(in: rows, validity) { target[$0] = nullsFirst ? 0 : top }
        }
      }
    }
    return SortWords(words: marked, bits: bits - Int(drop) + 1, isExact: isExact && drop == 0)
  }
}

extension SortColumn {
  fileprivate var ascendingPlace: SortPlace {
    SortPlace(place: 0, isDescending: false, nullsFirst: nullsFirst)
  }
}

/// Bits whose order as a number is that of floating point: −0 is 0, NaN is the greatest.
@inline(__always)
func orderedBits(_ value: Float) -> UInt32 {
  let bits = value == 0 ? 0 : value.isNaN ? Float.nan.bitPattern : value.bitPattern
  return bits ^ (UInt32(bitPattern: Int32(bitPattern: bits) >> 31) | 1 << 31)
}

/// Bits whose order as a number is that of floating point: −0 is 0, NaN is the greatest.
@inline(__always)
func orderedBits(_ value: Double) -> UInt64 {
  let bits = keyBits(value)
  return bits ^ (UInt64(bitPattern: Int64(bitPattern: bits) >> 63) | 1 << 63)
}
