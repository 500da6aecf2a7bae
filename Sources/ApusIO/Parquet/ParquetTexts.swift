internal import ApusFrame

/// Makes a column of the places that its texts have in the dictionaries of their chunks: numbers of
/// one list, where that is short for so many rows, else texts.
struct ParquetTexts {
  /// A chunk's rows and its dictionary, which is missing where all rows are null.
  struct Chunk {
    let rows: Range<Int>
    let dictionary: (values: Buffer, count: Int)?
  }

  private let target: ParquetTarget
  private let chunks: [Chunk]
  private let dictionaries: [StringColumn]

  /// From how many rows on a list may pay.
  static let leastRowCount = 1 << 10

  init(_ target: ParquetTarget, _ chunks: [Chunk]) {
    self.target = target
    self.chunks = chunks
    let heaps = target.keptHeaps
    dictionaries = chunks.map { chunk in
      guard let (values, count) = chunk.dictionary, count > 0 else {
        return StringColumn([""])
      }
      return StringColumn(
        views: Values(buffer: values, start: 0, count: count), heaps: heaps)
    }
  }

  /// The column of all chunks' rows.
  func column(count: Int, validity: Bitmap?) throws(FrameError) -> StringColumn {
    let places = target.values.base.assumingMemoryBound(to: UInt32.self)
    guard dictionaries.reduce(0, { $0 + $1.count }) <= count / 4 else {
      return try texts(places, count, validity)
    }
    let (list, numbers) = CategoryList.merged(dictionaries)
    for (chunk, numbers) in zip(chunks, numbers) where !numbers.areOwnPlaces {
      try numbers.read { numbers throws(FrameError) in
        try inParallel(rows: chunk.rows.count) { rows throws(FrameError) in
          let places = places + chunk.rows.lowerBound
          for row in rows { places[row] = numbers[Int(places[row])] }
        }
      }
    }
    return StringColumn(
      numbers: Values(buffer: target.values, start: 0, count: count), in: list, validity: validity)
  }

  /// A view a row.
  private func texts(
    _ places: UnsafeMutablePointer<UInt32>, _ count: Int, _ validity: Bitmap?
  ) throws(FrameError) -> StringColumn {
    let views = try Values<StringView>(count: count) { views throws(FrameError) in
      for (chunk, dictionary) in zip(chunks, dictionaries) {
        try dictionary.views.read { texts throws(FrameError) in
          try inParallel(rows: chunk.rows.count) { rows throws(FrameError) in
            let start = chunk.rows.lowerBound
            for row in rows { views[start + row] = texts[Int(places[start + row])] }
          }
        }
      }
    }
    return StringColumn(views: views, heaps: target.keptHeaps, validity: validity)
  }
}
