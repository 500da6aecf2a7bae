internal import CNumerics
internal import Glibc

/// A function of texts, row by row.
func textFunction(_ function: TextFunction, _ column: ColumnStorage) -> ColumnStorage {
  guard case .string(let texts) = column else { preconditionFailure("a function of no text") }
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
  if from < 0 {
    var left = -from
    while left > 0, start > 0 {
      start -= 1
      if bytes[start] & 0xc0 != 0x80 { left -= 1 }
    }
  } else {
    start = place(behind: from, scalarsIn: bytes, from: 0)
  }
  guard let count else { return start..<bytes.count }
  return start..<place(behind: Swift.max(count, 0), scalarsIn: bytes, from: start)
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
