/// What is done with the matches of a regular expression.
package enum PatternFunction: Sendable, Hashable {
  case matches(String)
  case countMatches(String)
  case extract(String, group: Int)
  case extractAll(String)
  case replace(String, with: String, all: Bool)
  case split(String)

  var type: DataType {
    switch self {
    case .matches: .bool
    case .countMatches: .int64
    case .extract, .replace: .string
    case .extractAll, .split: .list(.string)
    }
  }

  var pattern: String {
    switch self {
    case .matches(let pattern), .countMatches(let pattern), .extract(let pattern, _),
      .extractAll(let pattern), .replace(let pattern, _, _), .split(let pattern):
      pattern
    }
  }

  var text: String {
    switch self {
    case .matches(let pattern): "matches(\"\(pattern)\")"
    case .countMatches(let pattern): "countMatches(of: \"\(pattern)\")"
    case .extract(let pattern, let group): "extract(\"\(pattern)\", group: \(group))"
    case .extractAll(let pattern): "extractAll(\"\(pattern)\")"
    case .replace(let pattern, let other, let all):
      "replacing\(all ? "All" : "First")(matching: \"\(pattern)\", with: \"\(other)\")"
    case .split(let pattern): "split(matching: \"\(pattern)\")"
    }
  }

  /// The pattern, and a group of it that is asked for; wrong ones are found before data is touched.
  func check(in step: String) throws(FrameError) {
    let compiled = try Pattern.compiled(pattern, in: step)
    if case .extract(_, let group) = self, !(0...compiled.groupCount).contains(group) {
      throw FrameError(
        code: .badValue, what: "no group \(group) in \"\(pattern)\"", place: step,
        mend: "its groups are 0, the whole match, to \(compiled.groupCount)")
    }
    if case .replace(_, let other, _) = self {
      _ = try Replacement(other, pattern: compiled, in: step)
    }
  }
}

/// A text that takes the place of a match: `$1`, `${1}` and `${name}` stand for groups, `$$` for `$`.
private struct Replacement {
  enum Part {
    case bytes([UInt8])
    case group(Int)
  }

  private(set) var parts: [Part] = []

  init(_ text: String, pattern: Pattern, in step: String) throws(FrameError) {
    var plain: [UInt8] = []
    let bytes = Array(text.utf8)
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      guard byte == UInt8(ascii: "$"), place < bytes.count else {
        plain.append(byte)
        continue
      }
      if bytes[place] == UInt8(ascii: "$") {
        plain.append(byte)
        place += 1
        continue
      }
      let isBraced = bytes[place] == UInt8(ascii: "{")
      let start = isBraced ? place + 1 : place
      var end = start
      while end < bytes.count,
        isBraced ? bytes[end] != UInt8(ascii: "}") : bytes[end] &- 0x30 < 10
      { end += 1 }
      guard end > start, !isBraced || end < bytes.count else {
        plain.append(byte)
        continue
      }
      let name = String(decoding: bytes[start..<end], as: UTF8.self)
      guard let group = Int(name) ?? pattern.group(named: name),
        (0...pattern.groupCount).contains(group)
      else {
        throw FrameError(
          code: .badValue, what: "no group \(name) in \"\(pattern.text)\"", place: step,
          mend: "write $$ for a dollar sign")
      }
      if !plain.isEmpty { parts.append(.bytes(plain)) }
      plain = []
      parts.append(.group(group))
      place = isBraced ? end + 1 : end
    }
    if !plain.isEmpty { parts.append(.bytes(plain)) }
  }

  func append(
    _ search: PatternSearch, _ text: UnsafeBufferPointer<UInt8>, to result: inout [UInt8]
  ) {
    for part in parts {
      switch part {
      case .bytes(let bytes): result.append(contentsOf: bytes)
      case .group(let group):
        if let range = search.range(group) { result.append(contentsOf: text[range]) }
      }
    }
  }
}

extension ExprEvaluator {
  /// What a function of a regular expression makes of texts.
  func computed(
    _ function: PatternFunction, _ texts: StringColumn
  ) throws(FrameError) -> ColumnStorage {
    let pattern = try Pattern.compiled(function.pattern, in: step)
    let count = texts.count
    return try pattern.search(in: step) { search throws(FrameError) -> ColumnStorage in
      try texts.read { reader throws(FrameError) -> ColumnStorage in
        switch function {
        case .matches:
          var found = [Bool](repeating: false, count: count)
          for row in 0..<count where texts.validity?[row] ?? true {
            found[row] = try search.find(reader.bytes(row), from: 0)
          }
          return .bool(BooleanColumn(Bitmap(count: count) { found[$0] }, validity: texts.validity))
        case .countMatches:
          var counts = [Int](repeating: 0, count: count)
          for row in 0..<count where texts.validity?[row] ?? true {
            try search.forEachMatch(reader.bytes(row)) { _ in counts[row] += 1 }
          }
          return .int64(FixedWidthColumn(Values(counts), validity: texts.validity))
        case .extract(_, let group):
          var builder = StringColumnBuilder(rowCount: count)
          var isFound = [Bool](repeating: false, count: count)
          for row in 0..<count where texts.validity?[row] ?? true {
            let bytes = reader.bytes(row)
            guard try search.find(bytes, from: 0), let range = search.range(group) else { continue }
            isFound[row] = true
            builder.set(UnsafeBufferPointer(rebasing: bytes[range]), at: row)
          }
          return .string(builder.finish(validity: Bitmap(count: count) { isFound[$0] }))
        case .replace(_, let other, let all):
          let replacement = try Replacement(other, pattern: pattern, in: step)
          var builder = StringColumnBuilder(rowCount: count)
          var result: [UInt8] = []
          for row in 0..<count where texts.validity?[row] ?? true {
            let bytes = reader.bytes(row)
            result.removeAll(keepingCapacity: true)
            var start = 0
            let searching = search
            if all {
              try search.forEachMatch(bytes) { match in
                result.append(contentsOf: bytes[start..<match.lowerBound])
                replacement.append(searching, bytes, to: &result)
                start = match.upperBound
              }
            } else if try search.find(bytes, from: 0), let match = search.range() {
              result.append(contentsOf: bytes[0..<match.lowerBound])
              replacement.append(search, bytes, to: &result)
              start = match.upperBound
            }
            result.append(contentsOf: bytes[start...])
            result.withUnsafeBufferPointer { builder.set($0, at: row) }
          }
          return .string(builder.finish(validity: texts.validity))
        case .extractAll, .split:
          var pieces: [[UInt8]] = []
          var starts = [0]
          let isSplit = function.isSplit
          for row in 0..<count {
            if texts.validity?[row] ?? true {
              let bytes = reader.bytes(row)
              var start = 0
              try search.forEachMatch(bytes) { match in
                if isSplit {
                  pieces.append(Array(bytes[start..<match.lowerBound]))
                  start = match.upperBound
                } else {
                  pieces.append(Array(bytes[match]))
                }
              }
              if isSplit { pieces.append(Array(bytes[start...])) }
            }
            starts.append(pieces.count)
          }
          return .list(
            ListColumn(
              offsets: Values(starts), child: .string(StringColumn(bytes: pieces)),
              validity: texts.validity))
        }
      }
    }
  }
}

extension PatternFunction {
  fileprivate var isSplit: Bool { if case .split = self { true } else { false } }
}

extension Expr {
  private func call(_ function: PatternFunction) -> Expr {
    Expr(.call(.pattern(function), [self]))
  }

  /// Whether a regular expression (PCRE2) matches somewhere in the text.
  public func matches(_ pattern: String) -> Expr { call(.matches(pattern)) }
  /// How many matches the text has, none overlapping another.
  public func countMatches(of pattern: String) -> Expr { call(.countMatches(pattern)) }
  /// The first match, or what a group of it captured; null where there is none.
  public func extract(_ pattern: String, group: Int = 1) -> Expr {
    call(.extract(pattern, group: group))
  }
  /// A list of all matches.
  public func extractAll(_ pattern: String) -> Expr { call(.extractAll(pattern)) }
  /// The text with every match replaced; `$1` and `${name}` stand for groups, `$$` for `$`.
  public func replacing(matching pattern: String, with other: String) -> Expr {
    call(.replace(pattern, with: other, all: true))
  }
  /// The text with the first match replaced.
  public func replacingFirst(matching pattern: String, with other: String) -> Expr {
    call(.replace(pattern, with: other, all: false))
  }
  /// A list of what stands between the matches.
  public func split(matching pattern: String) -> Expr { call(.split(pattern)) }
}
