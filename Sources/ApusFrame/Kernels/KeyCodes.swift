@_implementationOnly import Synchronization

/// A small number for each row of a column: equal for equal values, different for different ones.
/// Null is a value like another, and so is NaN; −0 is 0.
///
/// Everything that compares keys, such as groups and joins, sees only such codes.
struct KeyCodes: Sendable {
  /// The code of each row.
  let codes: Values<UInt32>
  /// All codes are below.
  let cardinality: Int
  /// The first row of each code, where codes are numbered in the order of their first rows.
  var firstRows: Values<UInt32>?

  /// How many different values a dictionary holds before it pays to divide the rows instead.
  static let dictionaryLimit = 1 << 17

  /// The codes of a column, or nothing when it has too many different values for a dictionary.
  static func of(_ column: ColumnStorage) throws(FrameError) -> KeyCodes? {
    switch column.plain {
    case .bits(let values):
      let bits = values.values
      return try direct(values.count, values.validity, span: 2) { rows, target in
        for row in rows { target[row] = bits[row] ? 1 : 0 }
      }
    case .int8(let values): return try ofWholeNumbers(values.values, values.validity)
    case .int16(let values): return try ofWholeNumbers(values.values, values.validity)
    case .int32(let values): return try ofWholeNumbers(values.values, values.validity)
    case .int64(let values): return try ofWholeNumbers(values.values, values.validity)
    case .uint8(let values): return try ofWholeNumbers(values.values, values.validity)
    case .uint16(let values): return try ofWholeNumbers(values.values, values.validity)
    case .uint32(let values): return try ofWholeNumbers(values.values, values.validity)
    case .uint64(let values):
      // The bits as a number with a sign: equal stays equal.
      return try ofWholeNumbers(values.values, values.validity)
    case .int128(let values):
      guard let narrow = values.narrowed else { return nil }
      return try ofWholeNumbers(narrow.values, narrow.validity)
    case .float32(let values):
      return try hashed(values.values, values.validity) { source, count, words in
        for place in 0..<count { words[place] = keyBits(Double(source[place])) }
      }
    case .float64(let values):
      return try hashed(values.values, values.validity) { source, count, words in
        for place in 0..<count { words[place] = keyBits(source[place]) }
      }
    case .texts(let values):
      return try values.keyCodes.value { () throws(FrameError) in
        if let codes = try ofNumbers(values) { return codes }
        guard let codes = try ofTexts(values) else { return nil }
        // They are kept, so they are numbered as groups are: the next group-by has its groups.
        let groups = try Grouping(numbering: codes.codes, cardinality: codes.cardinality)
        return KeyCodes(
          codes: groups.codes, cardinality: groups.groupCount, firstRows: groups.firstRows)
      }
    }
  }

  private static func ofWholeNumbers<Element: FixedWidthInteger>(
    _ values: Values<Element>, _ validity: Bitmap?
  ) throws(FrameError) -> KeyCodes? {
    guard let range = try bounds(values, validity) else {
      return try direct(values.count, validity, span: 1) { rows, target in
        (target + rows.lowerBound).update(repeating: 0, count: rows.count)
      }
    }
    let (span, isWide) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
    if !isWide, span < Swift.max(1 << 16, Swift.min(values.count * 2, 1 << 24)) {
      let low = range.lowerBound
      return try values.read { source throws(FrameError) in
        try direct(values.count, validity, span: span + 1) { rows, target in
          for row in rows {
            target[row] = UInt32(truncatingIfNeeded: Int(truncatingIfNeeded: source[row]) &- low)
          }
        }
      }
    }
    return try hashed(values, validity) { source, count, words in
      for place in 0..<count { words[place] = UInt64(truncatingIfNeeded: source[place]) }
    }
  }

  /// Codes that need no dictionary: `fill` writes numbers below `span` for rows that are present.
  private static func direct(
    _ count: Int, _ validity: Bitmap?, span: Int,
    fill: (Range<Int>, UnsafeMutablePointer<UInt32>) -> Void
  ) throws(FrameError) -> KeyCodes {
    let codes = try Values<UInt32>(count: count) { target throws(FrameError) in
      try inParallel(rows: count) { rows throws(FrameError) in
        fill(rows, target)
        forEachAbsent(in: rows, validity) { target[$0] = UInt32(span) }
      }
    }
    return KeyCodes(codes: codes, cardinality: span + (validity == nil ? 0 : 1))
  }

  /// Codes of values that are told apart by a word of bits, which `fill` writes.
  private static func hashed<Element>(
    _ values: Values<Element>, _ validity: Bitmap?,
    fill: (UnsafePointer<Element>, _ count: Int, _ words: UnsafeMutablePointer<UInt64>) -> Void
  ) throws(FrameError) -> KeyCodes? {
    try values.read { source throws(FrameError) in
      try encoded(
        values.count, validity, makeDictionary: WordDictionary.init, size: \.count
      ) { dictionary, rows, target in
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: keyBatchCount) { batch in
          guard let words = batch.baseAddress else { return }
          fill(source + rows.lowerBound, rows.count, words)
          dictionary.encode(words, rows.count, to: target)
        }
      } absorb: { whole, part, target in
        part.keys.withUnsafeBufferPointer { keys in
          guard let base = keys.baseAddress else { return }
          for first in stride(from: 0, to: keys.count, by: keyBatchCount) {
            let count = Swift.min(keyBatchCount, keys.count - first)
            whole.encode(base + first, count, to: target + first)
          }
        }
      }
    }
  }

  /// The codes of texts that are kept as numbers, if there are no more of those than codes may be.
  private static func ofNumbers(_ column: StringColumn) throws(FrameError) -> KeyCodes? {
    guard let (numbers, list) = column.listed,
      list.count < Swift.max(1 << 16, Swift.min(numbers.count * 2, 1 << 24))
    else { return nil }
    var (codes, cardinality) = (numbers, list.count)
    if let validity = column.validity {
      let absent = UInt32(cardinality)
      cardinality += 1
      codes = try Values<UInt32>(count: numbers.count) { target throws(FrameError) in
        try numbers.read { numbers throws(FrameError) in
          try inParallel(rows: column.count) { rows throws(FrameError) in
            (target + rows.lowerBound).update(from: numbers + rows.lowerBound, count: rows.count)
            forEachAbsent(in: rows, validity) { target[$0] = absent }
          }
        }
      }
    } else if let firstRows = firstRows(numbers, cardinality) {
      return KeyCodes(codes: numbers, cardinality: cardinality, firstRows: firstRows)
    }
    let groups = try Grouping(numbering: codes, cardinality: cardinality)
    return KeyCodes(
      codes: groups.codes, cardinality: groups.groupCount, firstRows: groups.firstRows)
  }

  /// The first row of each number, if all numbers below `cardinality` occur in the order of these.
  private static func firstRows(_ numbers: Values<UInt32>, _ cardinality: Int) -> Values<UInt32>? {
    var found: [UInt32] = []
    numbers.read { source in
      for row in 0..<numbers.count where Int(source[row]) >= found.count {
        guard Int(source[row]) == found.count else { return }
        found.append(UInt32(truncatingIfNeeded: row))
        if found.count == cardinality { return }
      }
    }
    return found.count == cardinality ? Values(found) : nil
  }

  private static func ofTexts(_ column: StringColumn) throws(FrameError) -> KeyCodes? {
    try column.read { texts throws(FrameError) in
      try encoded(
        column.count, column.validity, makeDictionary: TextDictionary.init, size: \.count
      ) { dictionary, rows, target in
        dictionary.encode(texts, rows, to: target)
      } absorb: { whole, part, target in
        for first in stride(from: 0, to: part.count, by: keyBatchCount) {
          let end = Swift.min(first + keyBatchCount, part.count)
          whole.encode(texts, rows: part.firstRows[first..<end], to: target + first)
        }
      }
    }
  }

  /// Codes from a dictionary a run of rows; the dictionaries of later runs are then absorbed by the
  /// first, in order, so that codes are numbered in the order of their first rows.
  @inline(__always)
  private static func encoded<Dictionary>(
    _ count: Int, _ validity: Bitmap?, makeDictionary: () -> Dictionary,
    size: (Dictionary) -> Int,
    encode: (Dictionary, Range<Int>, UnsafeMutablePointer<UInt32>) -> Void,
    absorb: (Dictionary, _ part: Dictionary, UnsafeMutablePointer<UInt32>) -> Void
  ) throws(FrameError) -> KeyCodes? {
    let runs = RowRuns(
      rowCount: count, count: count < chunkRowCount ? 1 : ThreadPool.shared.threadCount)
    let dictionaries = (0..<runs.count).map { _ in makeDictionary() }
    let isTooLarge = Atomic<Bool>(false)
    var cardinality = 0
    let codes = try Values<UInt32>(count: count) { target throws(FrameError) in
      try inParallel(runs.count) { run throws(FrameError) in
        let dictionary = dictionaries[run]
        for first in stride(from: runs[run].lowerBound, to: runs[run].upperBound, by: keyBatchCount)
        {
          let end = Swift.min(first + keyBatchCount, runs[run].upperBound)
          encode(dictionary, first..<end, target + first)
          if size(dictionary) > dictionaryLimit {
            isTooLarge.store(true, ordering: .relaxed)
          }
          if isTooLarge.load(ordering: .relaxed) { return }
        }
      }
      guard !isTooLarge.load(ordering: .relaxed) else { return }
      let whole = dictionaries[0]
      for run in 1..<Swift.max(runs.count, 1) {
        let part = dictionaries[run]
        let renumbered = Values<UInt32>(count: size(part)) { absorb(whole, part, $0) }
        try renumbered.read { renumbered throws(FrameError) in
          try inParallel(rows: runs[run].count) { rows throws(FrameError) in
            let source = target + runs[run].lowerBound
            for row in rows { source[row] = renumbered[Int(source[row])] }
          }
        }
      }
      cardinality = size(whole)
      if validity != nil {
        let absent = UInt32(cardinality)
        cardinality += 1
        try inParallel(rows: count) { rows throws(FrameError) in
          forEachAbsent(in: rows, validity) { target[$0] = absent }
        }
      }
    }
    guard !isTooLarge.load(ordering: .relaxed) else { return nil }
    return KeyCodes(codes: codes, cardinality: cardinality)
  }
}

extension FixedWidthColumn<Int128> {
  /// The values as whole numbers of 64 bits, when all that are present fit.
  var narrowed: FixedWidthColumn<Int>? {
    var isTooLarge = false
    values.read { values in
      forEachPresent(count, validity) { row in
        isTooLarge = isTooLarge || Int(exactly: values[row]) == nil
      }
    }
    return isTooLarge ? nil : mapped { Int(truncatingIfNeeded: $0) }
  }
}

/// Keeps the codes of a column of texts: they cost more than most of what is done with them.
final class KeyCodesMemo: Sendable {
  private enum Answer {
    case unknown, tooMany
    case codes(KeyCodes)
  }

  private let answer = Mutex(Answer.unknown)

  /// The codes that were found before, else those that `make` finds. Who asks at the same time may
  /// find them twice.
  func value(
    _ make: () throws(FrameError) -> KeyCodes?
  ) throws(FrameError) -> KeyCodes? {
    switch answer.withLock({ $0 }) {
    case .codes(let codes): return codes
    case .tooMany: return nil
    case .unknown:
      let found = try make()
      answer.withLock { $0 = found.map(Answer.codes) ?? .tooMany }
      return found
    }
  }
}

/// The bits that stand for a number in keys: one pattern for NaN, one for 0 and −0.
@inline(__always)
func keyBits(_ value: Double) -> UInt64 {
  if value == 0 { return 0 }
  return value.isNaN ? Double.nan.bitPattern : value.bitPattern
}

/// The least and the greatest of the numbers that are present; nothing when none is.
func bounds<Element: FixedWidthInteger>(
  _ values: Values<Element>, _ validity: Bitmap?
) throws(FrameError) -> ClosedRange<Int>? {
  let count = values.count
  let chunkCount = (count + chunkRowCount - 1) / chunkRowCount
  var least = [Int](repeating: .max, count: chunkCount)
  var greatest = [Int](repeating: .min, count: chunkCount)
  try values.read { source throws(FrameError) in
    try least.withUnsafeMutableBufferPointer { least throws(FrameError) in
      try greatest.withUnsafeMutableBufferPointer { greatest throws(FrameError) in
        try inParallel(rows: count) { rows throws(FrameError) in
          var (low, high) = (Int.max, Int.min)
          forEachPresent(in: rows, validity) { row in
            let value = Int(truncatingIfNeeded: source[row])
            low = Swift.min(low, value)
            high = Swift.max(high, value)
          }
          least[rows.lowerBound / chunkRowCount] = low
          greatest[rows.lowerBound / chunkRowCount] = high
        }
      }
    }
  }
  guard let low = least.min(), let high = greatest.max(), low <= high else { return nil }
  return low...high
}
