internal import ApusFrame

@_implementationOnly import Synchronization

/// The numbers of a column's texts in a list of the different ones, while chunks are read, several at
/// a time: each that is being read has a list of its own; in the end they become one.
final class CSVListedTexts {
  /// Different texts in the order in which they were met.
  fileprivate final class List {
    let dictionary = TextDictionary()
    var views: [StringView] = []
    var heap: [UInt8] = []

    var column: StringColumn {
      StringColumn(views: Values(views), heaps: heap.isEmpty ? [] : [Values(heap)])
    }
  }

  private struct Lists {
    var all: [List] = []
    /// Those that no chunk uses now.
    var free: [Int] = []
  }

  private let layout: CSVLayout
  private let nulls: CSVNulls
  private let numbers: Buffer
  private let lists = Mutex(Lists())
  /// The list of each chunk.
  private let chunkLists: UnsafeMutableBufferPointer<Int>
  private let tooMany = Atomic<Bool>(false)

  /// How many different texts a list has at most.
  private static let listLimit = 1 << 16
  /// How many texts are looked up at once.
  private static let batchCount = 1024

  /// From how many rows on a list may pay.
  static let leastRowCount = 1 << 12
  /// How many records at the start of a chunk the guess looks at.
  static let sampledCount = 1 << 12

  /// Records at the start of a chunk.
  struct Sample {
    let chunk: Int
    let found: CSVScanner.Result
  }

  /// Whether texts of a column come often enough in the samples to be listed.
  static func isWorthwhile(_ layout: CSVLayout, column: Int, _ samples: [Sample]) -> Bool {
    let list = List()
    var (rowCount, number) = (0, UInt32(0))
    for sample in samples {
      let origin = sample.found.text.bytes + layout.chunks[sample.chunk].lowerBound
      rowCount += sample.found.recordCount
      for index in stride(from: column, to: sample.found.fields.count, by: sample.found.width) {
        let field = sample.found.fields[index]
        let value = UnsafeBufferPointer(start: origin + Int(field.start), count: field.count)
        let view = StringView(value, heap: 0, offset: Int(field.start))
        withUnsafePointer(to: view) {
          list.encode(UnsafeBufferPointer(start: $0, count: 1), origin, [], &number)
        }
      }
    }
    return list.views.count <= rowCount / 4
  }

  init(_ layout: CSVLayout, nulls: CSVNulls) {
    self.layout = layout
    self.nulls = nulls
    numbers = Buffer(byteCount: layout.rowCount * 4)
    chunkLists = .allocate(capacity: layout.chunks.count)
    chunkLists.initialize(repeating: 0)
  }

  deinit { chunkLists.deallocate() }

  /// Whether there were too many different texts; the numbers are of no use then.
  var hasTooMany: Bool { tooMany.load(ordering: .relaxed) }

  /// Reads the texts of a column of a chunk, which lie in `text`; `noteAbsent` is told the rows that are null.
  func read(
    chunk: Int, of text: CSVText, fields: UnsafeBufferPointer<CSVField>, width: Int, column: Int,
    noteAbsent: (Int) -> Void
  ) {
    let (place, list) = take()
    defer { lists.withLock { $0.free.append(place) } }
    chunkLists[chunk] = place
    let start = layout.chunks[chunk].lowerBound
    let origin = text.bytes + start
    let target = numbers.base.assumingMemoryBound(to: UInt32.self)
    // Long texts lie in the file, but for those that are not what it has.
    var altered: [UInt8] = []
    var row = layout.rows[chunk].lowerBound
    var index = column
    withUnsafeTemporaryAllocation(of: StringView.self, capacity: CSVListedTexts.batchCount) {
      views in
      while index < fields.count, !hasTooMany {
        var count = 0
        altered.removeAll(keepingCapacity: true)
        while count < CSVListedTexts.batchCount, index < fields.count {
          let field = fields[index]
          let value = UnsafeBufferPointer(start: origin + Int(field.start), count: field.count)
          if field.isMissing || !field.isQuoted && nulls.contain(CSVNumbers.trimmed(value)) {
            views[count] = .empty
            noteAbsent(row + count)
          } else if field.hasDoubledQuotes {
            let content = text.content(field, origin: start)
            views[count] = content.withUnsafeBufferPointer {
              StringView($0, heap: 1, offset: altered.count)
            }
            altered += content
          } else if field.count <= 12 {
            views[count] = StringView(short: value)
          } else {
            views[count] = StringView(value, heap: 0, offset: Int(field.start))
          }
          count += 1
          index += width
        }
        list.encode(UnsafeBufferPointer(rebasing: views[..<count]), origin, altered, target + row)
        row += count
        if list.views.count > CSVListedTexts.listLimit { tooMany.store(true, ordering: .relaxed) }
      }
    }
  }

  private func take() -> (place: Int, list: List) {
    lists.withLock { lists in
      if let place = lists.free.popLast() { return (place, lists.all[place]) }
      lists.all.append(List())
      return (lists.all.count - 1, lists.all[lists.all.count - 1])
    }
  }

  /// The column. Its list has the texts in the order of their first rows.
  func column(validity: Bitmap?) throws(FrameError) -> StringColumn {
    let (merged, merging) = CategoryList.merged(lists.withLock { $0.all.map(\.column) })
    let count = layout.rowCount
    let target = numbers.base.assumingMemoryBound(to: UInt32.self)
    var order: [UInt32] = []
    var places = [UInt32](repeating: .max, count: merged.count)
    for chunk in layout.chunks.indices where order.count < merged.count {
      let table = merging[chunkLists[chunk]]
      for row in layout.rows[chunk] {
        let number = Int(table[Int(target[row])])
        if places[number] == .max {
          places[number] = UInt32(truncatingIfNeeded: order.count)
          order.append(UInt32(truncatingIfNeeded: number))
        }
      }
    }
    let tables = merging.map { table in
      Values<UInt32>(count: table.count) { target in
        for number in 0..<table.count { target[number] = places[Int(table[number])] }
      }
    }
    try inParallel(layout.chunks.count) { chunk throws(FrameError) in
      tables[chunkLists[chunk]].read { table in
        for row in layout.rows[chunk] { target[row] = table[Int(target[row])] }
      }
    }
    return StringColumn(
      numbers: Values(buffer: numbers, start: 0, count: count),
      in: CategoryList(distinct: merged.texts.gathered(Values(order))), validity: validity)
  }
}

extension CSVListedTexts.List {
  /// Writes the numbers of texts to `target`; new texts are kept. Long texts lie behind `origin`, or
  /// in `altered`.
  fileprivate func encode(
    _ batch: UnsafeBufferPointer<StringView>, _ origin: UnsafePointer<UInt8>, _ altered: [UInt8],
    _ target: UnsafeMutablePointer<UInt32>
  ) {
    altered.withUnsafeBufferPointer { altered in
      withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>.self, capacity: 2) { heaps in
        guard let views = batch.baseAddress, let base = heaps.baseAddress else { return }
        heaps.initialize(repeating: origin)
        if let start = altered.baseAddress { heaps[1] = start }
        let texts = StringReader(views: views, heaps: base)
        dictionary.encode(texts, 0..<batch.count, to: target)
        for row in dictionary.firstRows[self.views.count...] {
          let text = texts.bytes(Int(row))
          self.views.append(StringView(text, heap: 0, offset: heap.count))
          if text.count > 12 { heap.append(contentsOf: text) }
        }
      }
    }
  }
}
