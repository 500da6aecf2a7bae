internal import ApusFrame

/// Finds the rows of a file that may fit a predicate, by the bounds that the file keeps.
///
/// What is left out is known not to fit; what is kept is filtered afterwards.
struct ParquetPruning {
  private let file: ParquetFile
  private let input: InputFile
  /// Which column of the file each column of the predicate is.
  private let places: [Int]

  init(file: ParquetFile, input: InputFile, places: [Int]) {
    self.file = file
    self.input = input
    self.places = places
  }

  /// The rows of a row group that may fit, in order.
  func rows(of group: Int, where predicate: TypedExpr?) throws(FrameError) -> [Range<Int>] {
    let rowGroup = file.rowGroups[group]
    guard rowGroup.rowCount > 0 else { return [] }
    let all = 0..<rowGroup.rowCount
    guard let predicate else { return [all] }
    let whole = ScanBounds { column in
      let leaf = file.schema.leaves[places[column]]
      return bounds(rowGroup.columns[leaf.place].statistics, leaf, rowCount: rowGroup.rowCount)
    }
    guard whole.mayHold(predicate) else { return [] }
    return try pages(of: rowGroup, all, where: predicate)
  }

  /// The rows of the pages that may fit, by the row group's page index.
  private func pages(
    of group: ParquetRowGroup, _ all: Range<Int>, where predicate: TypedExpr
  ) throws(FrameError) -> [Range<Int>] {
    var kept = [all]
    // Each part of a conjunction that speaks of one column leaves out pages of that column.
    for part in predicate.conjunction {
      guard part.columnPlaces.count == 1, let column = part.columnPlaces.first else { continue }
      let leaf = file.schema.leaves[places[column]]
      guard
        let index = try ParquetPageIndex(
          group.columns[leaf.place], of: input, rowCount: all.count)
      else { continue }
      var ranges: [Range<Int>] = []
      for (page, rows) in index.rows.enumerated() {
        let pageBounds = ScanBounds { _ in
          bounds(index.statistics[page], leaf, rowCount: rows.count)
        }
        guard pageBounds.mayHold(part) else { continue }
        if let last = ranges.last, last.upperBound == rows.lowerBound {
          ranges[ranges.count - 1] = last.lowerBound..<rows.upperBound
        } else {
          ranges.append(rows)
        }
      }
      kept = ParquetPruning.intersection(kept, ranges)
    }
    return kept
  }

  private static func intersection(
    _ left: [Range<Int>], _ right: [Range<Int>]
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      let part = left[i].clamped(to: right[j])
      if !part.isEmpty { result.append(part) }
      if left[i].upperBound < right[j].upperBound { i += 1 } else { j += 1 }
    }
    return result
  }

  private func bounds(
    _ statistics: ParquetStatistics, _ leaf: ParquetLeaf, rowCount: Int
  ) -> ScanBounds.Column {
    ScanBounds.Column(
      least: statistics.least.flatMap(leaf.scalar),
      greatest: statistics.greatest.flatMap(leaf.scalar),
      nullCount: leaf.maxDefinition == 0 ? 0 : statistics.nullCount, rowCount: rowCount)
  }
}

extension ParquetLeaf {
  /// A bound as a value; nothing where its order is not that of our values.
  func scalar(_ bytes: [UInt8]) -> Scalar? {
    bytes.withUnsafeBytes { raw -> Scalar? in
      switch layout {
      case .bool: return raw.count == 1 ? .bool(raw[0] != 0) : nil
      case .text(isUTF8: true):
        return type == .string ? .string(String(decoding: bytes, as: UTF8.self)) : nil
      case .text(isUTF8: false): return nil
      case .fixed(let width, let conversion):
        guard let base = raw.baseAddress, physical.width(typeLength) == raw.count,
          raw.count > 0
        else { return nil }
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
        defer { buffer.deallocate() }
        guard physical != .int96, width <= 16 else { return nil }
        conversion.apply(base, stored: raw.count, count: 1, to: buffer)
        return scalar(in: buffer)
      }
    }
  }

  private func scalar(in memory: UnsafeMutableRawPointer) -> Scalar? {
    switch type {
    case .int64: return .int(memory.load(as: Int.self))
    case .float64:
      let value = memory.load(as: Double.self)
      return value.isNaN ? nil : .double(value)
    case .date: return .date(CivilDate(daysSinceEpoch: memory.load(as: Int32.self)))
    case .bool, .string, .int8, .int16, .int32, .uint8, .uint16, .uint32, .uint64, .float32,
      .decimal, .binary, .time, .datetime, .duration, .uuid, .categorical, .enum, .list, .struct:
      return nil
    }
  }
}

/// Where the pages of a chunk lie and what is known of them (PageIndex.md).
struct ParquetPageIndex {
  private(set) var rows: [Range<Int>] = []
  private(set) var statistics: [ParquetStatistics] = []

  /// The index of a chunk, or nothing when it has none.
  init?(_ chunk: ParquetChunk, of file: InputFile, rowCount: Int) throws(FrameError) {
    guard let columnRange = chunk.columnIndex, let offsetRange = chunk.offsetIndex,
      columnRange.upperBound <= file.count, offsetRange.upperBound <= file.count
    else { return nil }
    var firstRows: [Int] = []
    let offsets = try file.bytes(offsetRange)
    var reader = ThriftReader(offsets.start, count: offsets.count, context: file.path)
    try reader.readStruct { reader, field, kind throws(FrameError) in
      guard field == 1 else { return false }
      try reader.readList { reader throws(FrameError) in
        try reader.readStruct { reader, field, kind throws(FrameError) in
          guard field == 3 else { return false }
          firstRows.append(try reader.integer())
          return true
        }
      }
      return true
    }
    var nullPages: [Bool] = []
    var least: [[UInt8]] = []
    var greatest: [[UInt8]] = []
    var nullCounts: [Int] = []
    let columns = try file.bytes(columnRange)
    reader = ThriftReader(columns.start, count: columns.count, context: file.path)
    try reader.readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 1: nullPages = try reader.bools()
      case 2: try reader.readList { r throws(FrameError) in least.append(try r.binary()) }
      case 3: try reader.readList { r throws(FrameError) in greatest.append(try r.binary()) }
      case 5: nullCounts = try reader.integers()
      default: return false
      }
      return true
    }
    withExtendedLifetime((offsets, columns)) {}
    let count = firstRows.count
    guard count > 0, nullPages.count == count, least.count == count, greatest.count == count,
      firstRows[0] == 0, zip(firstRows, firstRows.dropFirst()).allSatisfy({ $0 <= $1 }),
      firstRows[count - 1] <= rowCount
    else { return nil }
    for page in 0..<count {
      let end = page + 1 < count ? firstRows[page + 1] : rowCount
      rows.append(firstRows[page]..<end)
      var known = ParquetStatistics()
      known.nullCount = nullCounts.count == count ? nullCounts[page] : nil
      if nullPages[page] {
        known.nullCount = end - firstRows[page]
      } else {
        known.least = least[page]
        known.greatest = greatest[page]
      }
      statistics.append(known)
    }
  }
}
