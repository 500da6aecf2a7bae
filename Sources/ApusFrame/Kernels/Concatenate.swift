/// Columns of one type, one behind the other. Without parts the column has no rows.
///
/// `chunkRowCount`, when it is given, says how many rows each part but the last has; it is a
/// multiple of 64, and parts are then copied at the same time.
func concatenated(
  _ parts: [ColumnStorage], type: DataType, chunkRowCount: Int? = nil
) throws(FrameError) -> ColumnStorage {
  if parts.count == 1 { return parts[0] }
  let validity = try joinedBits(
    parts.map { $0.validity ?? Bitmap(repeating: true, count: $0.count) },
    isNeeded: parts.contains { $0.validity != nil }, isAligned: chunkRowCount != nil)
  switch type {
  case .bool:
    let bits = try joinedBits(
      parts.map { part in
        guard case .bool(let column) = part else { wrongType(part, type) }
        return column.values
      }, isNeeded: true, isAligned: chunkRowCount != nil)
    return .bool(
      BooleanColumn(bits ?? Bitmap(repeating: false, count: 0), validity: validity))
  case .int64:
    return .int64(
      FixedWidthColumn(
        try joinedValues(
          parts.map { part in
            guard case .int64(let column) = part else { wrongType(part, type) }
            return column.values
          }), validity: validity))
  case .float64:
    return .float64(
      FixedWidthColumn(
        try joinedValues(
          parts.map { part in
            guard case .float64(let column) = part else { wrongType(part, type) }
            return column.values
          }), validity: validity))
  case .date:
    return .date(
      FixedWidthColumn(
        try joinedValues(
          parts.map { part in
            guard case .date(let column) = part else { wrongType(part, type) }
            return column.values
          }), validity: validity))
  case .string:
    return .string(
      try joinedTexts(
        parts.map { part in
          guard case .string(let column) = part else { wrongType(part, type) }
          return column
        }, validity: validity))
  }
}

private func wrongType(_ part: ColumnStorage, _ type: DataType) -> Never {
  preconditionFailure("a part of \(part.type) in a column of \(type)")
}

func starts(_ counts: [Int]) -> [Int] {
  counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
}

private func joinedValues<Element>(
  _ parts: [Values<Element>]
) throws(FrameError) -> Values<Element> {
  let starts = starts(parts.map(\.count))
  return try Values(count: starts[parts.count]) { target throws(FrameError) in
    try inParallel(parts.count) { part throws(FrameError) in
      parts[part].read {
        (target + starts[part]).update(from: $0, count: parts[part].count)
      }
    }
  }
}

private func joinedBits(
  _ parts: [Bitmap], isNeeded: Bool, isAligned: Bool
) throws(FrameError) -> Bitmap? {
  guard isNeeded else { return nil }
  let starts = starts(parts.map(\.count))
  return try Bitmap(count: starts[parts.count]) { target throws(FrameError) in
    if isAligned {
      try inParallel(parts.count) { part throws(FrameError) in
        parts[part].words.read {
          (target + starts[part] >> 6).update(from: $0, count: parts[part].words.count)
        }
      }
    } else {
      target.update(repeating: 0, count: Bitmap.wordCount(starts[parts.count]))
      for (part, bits) in parts.enumerated() {
        forEachPresent(bits.count, bits) { row in
          let place = starts[part] + row
          target[place >> 6] |= 1 << UInt64(place & 63)
        }
      }
    }
  }
}

/// Texts whose heaps are put side by side; views of long texts are told their heap's new number.
private func joinedTexts(
  _ parts: [StringColumn], validity: Bitmap?
) throws(FrameError) -> StringColumn {
  let starts = starts(parts.map(\.count))
  // Chunks of one column share its heaps: the same heaps need no new number.
  let isShared = parts.allSatisfy { part in
    part.heaps.count == parts[0].heaps.count
      && zip(part.heaps, parts[0].heaps).allSatisfy { $0.buffer === $1.buffer }
  }
  let heapStarts = ApusFrame.starts(parts.map { isShared ? 0 : $0.heaps.count })
  let views = try Values<StringView>(count: starts[parts.count]) { target throws(FrameError) in
    try inParallel(parts.count) { part throws(FrameError) in
      let shift = UInt64(heapStarts[part])
      parts[part].views.read { source in
        let target = target + starts[part]
        for row in 0..<parts[part].count {
          target[row] = source[row]
          if shift > 0, !source[row].isInline { target[row].high &+= shift }
        }
      }
    }
  }
  let heaps = isShared ? parts.first?.heaps ?? [] : parts.flatMap(\.heaps)
  return StringColumn(views: views, heaps: heaps, validity: validity)
}
