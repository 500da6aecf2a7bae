/// Columns of one type, one behind the other. Without parts the column has no rows.
///
/// `chunkRowCount`, when it is given, says how many rows each part but the last has; it is a
/// multiple of 64, and parts are then copied at the same time.
package func concatenated(
  _ parts: [ColumnStorage], type: DataType, chunkRowCount: Int? = nil
) throws(FrameError) -> ColumnStorage {
  if parts.count == 1 { return parts[0] }
  if parts.isEmpty { return .repeating(.null, type: type, count: 0) }
  for part in parts where part.type != type { wrongType(part, type) }
  let validity = try joinedBits(
    parts.map { $0.validity ?? Bitmap(repeating: true, count: $0.count) },
    isNeeded: parts.contains { $0.validity != nil }, isAligned: chunkRowCount != nil)
  switch type {
  case .list(let element): return .list(try joinedLists(parts, element, validity))
  case .struct: return .struct(try joinedStructs(parts, validity))
  case .categorical: return try joinedCategories(parts, validity)
  case .enum:
    guard case .enum(let first) = parts[0] else { wrongType(parts[0], type) }
    let codes = try concatenated(parts.map(\.plain), validity, isAligned: chunkRowCount != nil)
    guard case .uint32(let codes) = codes else { wrongType(parts[0], type) }
    return .enum(DictionaryColumn(codes, first.categories))
  case .uuid:
    return .uuid(
      FixedWidthColumn(
        try joinedValues(
          parts.map { part in
            guard case .uuid(let column) = part else { wrongType(part, type) }
            return column.values
          }), validity: validity))
  case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
    .decimal, .string, .binary, .date, .time, .datetime, .duration:
    return .restored(
      try concatenated(parts.map(\.plain), validity, isAligned: chunkRowCount != nil), as: type)
  }
}

private func joinedCategories(
  _ parts: [ColumnStorage], _ validity: Bitmap?
) throws(FrameError) -> ColumnStorage {
  let shared = ColumnStorage.sharingCategories(parts)
  guard case .categorical(let first) = shared[0],
    case .uint32(let codes) = try concatenated(shared.map(\.plain), validity, isAligned: false)
  else { wrongType(parts[0], .categorical) }
  return .categorical(DictionaryColumn(codes, first.categories))
}

private func joinedLists(
  _ parts: [ColumnStorage], _ element: DataType, _ validity: Bitmap?
) throws(FrameError) -> ListColumn {
  let lists = parts.map { part in
    guard case .list(let column) = part else { wrongType(part, .list(element)) }
    return column.compacted
  }
  let child = try concatenated(lists.map(\.child), type: element)
  let starts = starts(lists.map(\.count))
  let firsts = ApusFrame.starts(lists.map(\.child.count))
  let offsets = Values<Int>(count: starts[lists.count] + 1) { target in
    for (part, list) in lists.enumerated() {
      for row in 0..<list.count { target[starts[part] + row] = firsts[part] + list.offsets[row] }
    }
    target[starts[lists.count]] = firsts[lists.count]
  }
  return ListColumn(offsets: offsets, child: child, validity: validity)
}

private func joinedStructs(
  _ parts: [ColumnStorage], _ validity: Bitmap?
) throws(FrameError) -> StructColumn {
  let structs = parts.map { part in
    guard case .struct(let column) = part else { wrongType(part, part.type) }
    return column
  }
  var fields: [ColumnStorage] = []
  for (place, field) in structs[0].fields.enumerated() {
    fields.append(try concatenated(structs.map { $0.fields[place] }, type: field.type))
  }
  return StructColumn(
    names: structs[0].names, fields: fields, count: structs.reduce(0) { $0 + $1.count },
    validity: validity)
}

/// Plain columns of one case, one behind the other.
private func concatenated(
  _ parts: [PlainColumn], _ validity: Bitmap?, isAligned: Bool
) throws(FrameError) -> PlainColumn {
  switch parts[0] {
  case .bits:
    let bits = try joinedBits(
      parts.compactMap { if case .bits(let column) = $0 { column.values } else { nil } },
      isNeeded: true, isAligned: isAligned)
    return .bits(BooleanColumn(bits ?? Bitmap(repeating: false, count: 0), validity: validity))
  case .int8:
    return .int8(
      try joined(
        parts.map { if case .int8(let column) = $0 { column } else { nil } }, validity))
  case .int16:
    return .int16(
      try joined(
        parts.map { if case .int16(let column) = $0 { column } else { nil } }, validity))
  case .int32:
    return .int32(
      try joined(
        parts.map { if case .int32(let column) = $0 { column } else { nil } }, validity))
  case .int64:
    return .int64(
      try joined(
        parts.map { if case .int64(let column) = $0 { column } else { nil } }, validity))
  case .uint8:
    return .uint8(
      try joined(
        parts.map { if case .uint8(let column) = $0 { column } else { nil } }, validity))
  case .uint16:
    return .uint16(
      try joined(
        parts.map { if case .uint16(let column) = $0 { column } else { nil } }, validity))
  case .uint32:
    return .uint32(
      try joined(
        parts.map { if case .uint32(let column) = $0 { column } else { nil } }, validity))
  case .uint64:
    return .uint64(
      try joined(
        parts.map { if case .uint64(let column) = $0 { column } else { nil } }, validity))
  case .int128:
    return .int128(
      try joined(
        parts.map { if case .int128(let column) = $0 { column } else { nil } }, validity))
  case .float32:
    return .float32(
      try joined(
        parts.map { if case .float32(let column) = $0 { column } else { nil } }, validity))
  case .float64:
    return .float64(
      try joined(
        parts.map { if case .float64(let column) = $0 { column } else { nil } }, validity))
  case .texts:
    return .texts(
      try joinedTexts(
        parts.compactMap { if case .texts(let column) = $0 { column } else { nil } },
        validity: validity))
  }
}

private func joined<Element>(
  _ parts: [FixedWidthColumn<Element>?], _ validity: Bitmap?
) throws(FrameError) -> FixedWidthColumn<Element> {
  FixedWidthColumn(try joinedValues(parts.compactMap { $0?.values }), validity: validity)
}

private func wrongType(_ part: ColumnStorage, _ type: DataType) -> Never {
  preconditionFailure("a part of \(part.type) in a column of \(type)")
}

func starts(_ counts: [Int]) -> [Int] {
  counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
}

func joinedValues<Element>(
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
  if let listed = try joinedListedTexts(parts, validity: validity) { return listed }
  let starts = starts(parts.map(\.count))
  // Chunks of one column share its heaps: the same heaps need no new number.
  let isShared = parts.allSatisfy { part in
    part.heaps.count == parts[0].heaps.count
      && zip(part.heaps, parts[0].heaps).allSatisfy {
        $0.buffer === $1.buffer && $0.start == $1.start && $0.count == $1.count
      }
  }
  let heapStarts = ApusFrame.starts(parts.map { isShared ? 0 : $0.heaps.count })
  let views = try Values<StringView>(count: starts[parts.count]) { target throws(FrameError) in
    try inParallel(parts.count) { part throws(FrameError) in
      let shift = UInt64(heapStarts[part])
      let views = parts[part].views
      views.read { source in
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
