@_implementationOnly import CNumerics
@_implementationOnly import Glibc

extension ExprEvaluator {
  /// What a function of texts makes of each row.
  func computed(
    _ function: TextFunction, _ columns: [ColumnStorage]
  ) throws(FrameError) -> ColumnStorage {
    guard case .string(let texts) = columns[0] else {
      preconditionFailure("a function of no text")
    }
    guard function == .editDistance || function == .similarity else {
      return textFunction(function, texts)
    }
    guard case .string(let others) = columns[1] else {
      preconditionFailure("a function of no text")
    }
    return editDistances(texts, others, isShare: function == .similarity)
  }
}

/// A function of texts, row by row.
private func textFunction(_ function: TextFunction, _ texts: StringColumn) -> ColumnStorage {
  switch function {
  case .uppercased: return mappedTexts(texts) { $0.uppercased() }
  case .lowercased: return mappedTexts(texts) { $0.lowercased() }
  case .trimmed:
    return mappedTexts(texts) { text in
      let scalars = text.unicodeScalars
      guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
        let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
      else { return "" }
      return String(scalars[first...last])
    }
  case .replacing(let part, let other):
    let (part, other) = (Array(part.utf8), Array(other.utf8))
    return mappedBytes(texts) { replaced($0, part, other) }
  case .slice(let from, let count):
    return parts(of: texts) { slice(of: $0, from: from, count: count) }
  case .length:
    return .int64(
      FixedWidthColumn(
        measured(texts) { bytes in bytes.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) } },
        validity: texts.validity))
  case .byteLength:
    return .int64(FixedWidthColumn(measured(texts) { $0.count }, validity: texts.validity))
  case .contains(let part):
    let part = Array(part.utf8)
    return .bool(tested(texts) { firstPlace(of: part, in: $0, from: 0) != nil })
  case .containsAny(let parts):
    let finder = TextFinder(parts.map { Array($0.utf8) })
    return .bool(tested(texts) { finder.isFound(in: $0) })
  case .hasPrefix(let part):
    let part = Array(part.utf8)
    return .bool(
      tested(texts) { bytes in
        guard bytes.count >= part.count, let base = bytes.baseAddress else { return part.isEmpty }
        return memcmp(base, part, part.count) == 0
      })
  case .like(let pattern):
    let matches = LikePattern(pattern).matcher
    return .bool(tested(texts, matches))
  case .reversed:
    return mappedTexts(texts) { String(String.UnicodeScalarView($0.unicodeScalars.reversed())) }
  case .padded(let count, let fill, let atStart):
    return mappedTexts(texts) { text in
      let missing = Swift.max(0, count - text.unicodeScalars.count)
      let fill = String(repeating: fill, count: missing)
      return atStart ? fill + text : text + fill
    }
  case .zeroFilled(let count):
    return mappedTexts(texts) { text in
      let zeros = String(repeating: "0", count: Swift.max(0, count - text.unicodeScalars.count))
      guard let sign = text.first, sign == "-" || sign == "+" else { return zeros + text }
      return "\(sign)\(zeros)\(text.dropFirst())"
    }
  case .stripped(let set, let atStart, let atEnd):
    let set = Set(set.unicodeScalars)
    return mappedTexts(texts) { text in
      var scalars = text.unicodeScalars[...]
      while atStart, let first = scalars.first, set.contains(first) { scalars.removeFirst() }
      while atEnd, let last = scalars.last, set.contains(last) { scalars.removeLast() }
      return String(scalars)
    }
  case .withoutPrefix(let part):
    let part = Array(part.utf8)
    return mappedBytes(texts) {
      $0.starts(with: part) ? Array($0.dropFirst(part.count)) : Array($0)
    }
  case .withoutSuffix(let part):
    let part = Array(part.utf8)
    return mappedBytes(texts) { bytes in
      let isThere = bytes.count >= part.count && bytes.suffix(part.count).elementsEqual(part)
      return Array(isThere ? bytes.dropLast(part.count) : bytes[...])
    }
  case .repeated(let count):
    return mappedTexts(texts) { String(repeating: $0, count: Swift.max(count, 0)) }
  case .count(let part):
    let part = Array(part.utf8)
    return .int64(
      FixedWidthColumn(measured(texts) { places(of: part, in: $0).count }, validity: texts.validity)
    )
  case .position(let part):
    let part = Array(part.utf8)
    let found = measured(texts) { bytes in
      guard let place = firstPlace(of: part, in: bytes, from: 0) else { return -1 }
      return bytes[0..<place].reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
    }
    return .int64(
      FixedWidthColumn(
        found, validity: Bitmap.both(texts.validity, Bitmap(count: texts.count) { found[$0] >= 0 }))
    )
  case .split(let part): return .list(split(texts, by: Array(part.utf8)))
  case .editDistance, .similarity: preconditionFailure("a distance takes two texts")
  case .hasSuffix(let part):
    let part = Array(part.utf8)
    return .bool(
      tested(texts) { $0.count >= part.count && $0.suffix(part.count).elementsEqual(part) })
  }
}

private func mappedTexts(_ column: StringColumn, _ body: (String) -> String) -> ColumnStorage {
  mappedBytes(column) { Array(body(String(decoding: $0, as: UTF8.self)).utf8) }
}

private func mappedBytes(
  _ column: StringColumn, _ body: (UnsafeBufferPointer<UInt8>) -> [UInt8]
) -> ColumnStorage {
  var builder = StringColumnBuilder(rowCount: column.count)
  column.read { texts in
    forEachPresent(column.count, column.validity) { row in
      body(texts.bytes(row)).withUnsafeBufferPointer { builder.set($0, at: row) }
    }
  }
  return .string(builder.finish(validity: column.validity))
}

private func measured(
  _ column: StringColumn, _ body: (UnsafeBufferPointer<UInt8>) -> Int
) -> Values<Int> {
  column.read { texts in
    Values(count: column.count) { target in
      for row in 0..<column.count { target[row] = body(texts.bytes(row)) }
    }
  }
}

private func tested(
  _ column: StringColumn, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
) -> BooleanColumn {
  column.read { texts in
    BooleanColumn(
      Bitmap(count: column.count) { body(texts.bytes($0)) }, validity: column.validity)
  }
}

/// Where `part` first stands in `bytes` from a place on; at that place when it is empty.
private func firstPlace(
  of part: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int
) -> Int? {
  guard !part.isEmpty, let base = bytes.baseAddress else { return part.isEmpty ? start : nil }
  let found = apus_find(base + start, bytes.count - start, part, part.count)
  return found < 0 ? nil : start + found
}

private func replaced(
  _ bytes: UnsafeBufferPointer<UInt8>, _ part: [UInt8], _ other: [UInt8]
) -> [UInt8] {
  guard !part.isEmpty else { return Array(bytes) }
  var result: [UInt8] = []
  var start = 0
  while let place = firstPlace(of: part, in: bytes, from: start) {
    result.append(contentsOf: bytes[start..<place])
    result.append(contentsOf: other)
    start = place + part.count
  }
  result.append(contentsOf: bytes[start...])
  return result
}

/// A run of each text's bytes.
private func parts(
  of column: StringColumn, _ body: (UnsafeBufferPointer<UInt8>) -> Range<Int>
) -> ColumnStorage {
  var builder = StringColumnBuilder(rowCount: column.count)
  column.read { texts in
    forEachPresent(column.count, column.validity) { row in
      let bytes = texts.bytes(row)
      builder.set(UnsafeBufferPointer(rebasing: bytes[body(bytes)]), at: row)
    }
  }
  return .string(builder.finish(validity: column.validity))
}

/// The bytes of the Unicode scalars from one on, counted from 0 or, below 0, from the end.
private func slice(
  of bytes: UnsafeBufferPointer<UInt8>, from: Int, count: Int?
) -> Range<Int> {
  var start = from < 0 ? bytes.count : 0
  // How many of the scalars asked for would lie before the text.
  var missing = 0
  if from < 0 {
    missing = -from
    while missing > 0, start > 0 {
      start -= 1
      if bytes[start] & 0xc0 != 0x80 { missing -= 1 }
    }
  } else {
    start = place(behind: from, scalarsIn: bytes, from: 0)
  }
  guard let count else { return start..<bytes.count }
  return start..<place(behind: Swift.max(count - missing, 0), scalarsIn: bytes, from: start)
}

/// Where so many Unicode scalars from `start` on end.
private func place(
  behind count: Int, scalarsIn bytes: UnsafeBufferPointer<UInt8>, from start: Int
) -> Int {
  var place = start
  var left = count
  while place < bytes.count {
    if bytes[place] & 0xc0 != 0x80 {
      if left == 0 { break }
      left -= 1
    }
    place += 1
  }
  return place
}

/// Where `part` stands, none overlapping another; an empty one stands nowhere.
private func places(of part: [UInt8], in bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
  guard !part.isEmpty else { return [] }
  var found: [Int] = []
  var start = 0
  while let place = firstPlace(of: part, in: bytes, from: start) {
    found.append(place)
    start = place + part.count
  }
  return found
}

private func split(_ texts: StringColumn, by part: [UInt8]) -> ListColumn {
  var pieces: [[UInt8]] = []
  var starts = [0]
  texts.read { reader in
    for row in 0..<texts.count {
      if texts.validity?[row] ?? true {
        let bytes = reader.bytes(row)
        var start = 0
        for place in places(of: part, in: bytes) {
          pieces.append(Array(bytes[start..<place]))
          start = place + part.count
        }
        pieces.append(Array(bytes[start...]))
      }
      starts.append(pieces.count)
    }
  }
  return ListColumn(
    offsets: Values(starts), child: .string(StringColumn(bytes: pieces)), validity: texts.validity)
}

/// Edit distances of texts, row by row, or what they leave of the longer text's length.
private func editDistances(
  _ left: StringColumn, _ right: StringColumn, isShare: Bool
) -> ColumnStorage {
  let count = left.count
  var lengths = [Int](repeating: 0, count: count)
  let distances = left.read { a in
    right.read { b in
      Values<Int>(count: count) { target in
        for row in 0..<count {
          let (x, y) = (Array(a.text(row).unicodeScalars), Array(b.text(row).unicodeScalars))
          lengths[row] = Swift.max(x.count, y.count)
          target[row] = editDistance(x, y)
        }
      }
    }
  }
  let validity = Bitmap.both(left.validity, right.validity)
  guard isShare else { return .int64(FixedWidthColumn(distances, validity: validity)) }
  return .float64(
    FixedWidthColumn(
      Values<Double>(count: count) { target in
        for row in 0..<count {
          target[row] =
            lengths[row] == 0 ? 1 : 1 - Double(distances[row]) / Double(lengths[row])
        }
      }, validity: validity))
}

/// How many changes make one sequence of the other.
func editDistance<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int {
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let replaced = diagonal + (a == b ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = Swift.min(replaced, Swift.min(row[j], row[j + 1]) + 1)
    }
  }
  return row[right.count]
}
