internal import ApusFrame

@_implementationOnly import CFormats

/// Puts lists and structs together from the leaves of a row group (Melnik et al., Dremel, 2010).
///
/// Each leaf has an entry, of two levels, for every value, null and empty list below which it lies.
/// How often an entry repeats says which list it goes on with; how much of its path is defined says
/// what is there.
struct ParquetNestedReader {
  let file: ParquetFile
  let input: InputFile
  let group: ParquetRowGroup
  let place: String

  /// What a leaf's pages hold.
  private struct Entries {
    var definitions: [UInt8] = []
    var repetitions: [UInt8] = []
    var target: ParquetTarget
    var values: Buffer
    var presentCount = 0
  }

  /// The rows `wanted` of a column.
  func column(
    _ column: ParquetColumn, _ wanted: [Range<Int>]
  ) throws(FrameError) -> ColumnStorage {
    var entries: [Int: Entries] = [:]
    for leaf in column.shape.leaves { entries[leaf] = try read(file.schema.leaves[leaf]) }
    let whole = try build(column.shape, column.type, entries, definition: 0, repetition: 0)
    guard whole.count == group.rowCount else {
      throw damaged("\(whole.count) values for \(group.rowCount) rows")
    }
    if wanted == [0..<group.rowCount] { return whole }
    return try concatenated(wanted.map { whole.sliced($0) }, type: column.type)
  }

  /// Reads a leaf's chunk.
  private func read(_ leaf: ParquetLeaf) throws(FrameError) -> Entries {
    guard leaf.maxDefinition < 256, leaf.maxRepetition < 256 else {
      throw damaged("lists lie too deeply in one another")
    }
    let chunk = group.columns[leaf.place]
    var walk = try ParquetPageWalk(chunk, of: input, place: place)
    let target = ParquetTarget(leaf, count: 0)
    var values = ParquetValues(target: target, leaf: leaf, scratch: ParquetScratch())
    var result = Entries(target: target, values: Buffer(byteCount: 0))
    var pages: [(buffer: Buffer, count: Int)] = []
    let width = leaf.layout.width
    while result.definitions.count < chunk.valueCount {
      guard let (header, body) = try walk.next() else {
        throw damaged("its pages end after \(result.definitions.count) values")
      }
      do throws(ParquetFailure) {
        switch header.kind {
        case .index: break
        case .dictionary: values.dictionary = try walk.dictionary(header, body, values)
        case .data, .dataV2:
          guard header.valueCount <= 1 << 28 else { throw .page(.endsEarly) }
          let before = result.definitions.count
          let bytes = try levels(header, body, leaf, walk, &result, values.scratch)
          let present = result.definitions[before...].count { $0 == leaf.maxDefinition }
          let page = Buffer(byteCount: present * width)
          do throws(ParquetValues.Failure) {
            try values.decode(header.encoding, bytes, count: present, to: page.base)
          } catch {
            throw .page(error)
          }
          pages.append((page, present))
        }
      } catch {
        throw walk.error(error)
      }
    }
    result.presentCount = pages.reduce(0) { $0 + $1.count }
    result.values = Buffer(byteCount: result.presentCount * width)
    var done = 0
    for page in pages {
      (result.values.base + done * width).copyMemory(
        from: page.buffer.base, byteCount: page.count * width)
      done += page.count
    }
    return result
  }

  /// Appends a page's levels; the bytes of its values.
  private func levels(
    _ header: ParquetPageHeader, _ body: ByteRun, _ leaf: ParquetLeaf, _ walk: ParquetPageWalk,
    _ entries: inout Entries, _ scratch: ParquetScratch
  ) throws(ParquetFailure) -> ByteRun {
    let count = header.valueCount
    let repetition: ByteRun
    let definition: ByteRun
    let rest: ByteRun
    if header.kind == .dataV2 {
      let (first, second) = (header.repetitionByteCount, header.definitionByteCount)
      guard first >= 0, second >= 0, first <= body.count, second <= body.count - first,
        header.byteCount >= first + second
      else { throw .page(.endsEarly) }
      repetition = body.part(0..<first)
      definition = body.part(first..<(first + second))
      let packed = body.part((first + second)..<body.count)
      let size = header.byteCount - first - second
      rest = header.isCompressed && size > 0 ? try walk.decompressed(packed, size) : packed
    } else {
      let whole = try walk.decompressed(body, header.byteCount)
      var start = 0
      func part(_ maximum: Int) throws(ParquetFailure) -> ByteRun {
        guard maximum > 0 else { return whole.part(0..<0) }
        let range = try ParquetPage.levelRange(
          whole, from: start, count: count, maximum: maximum, encoding: header.levelEncoding)
        start = range.upperBound
        return whole.part(range)
      }
      repetition = try part(leaf.maxRepetition)
      definition = try part(leaf.maxDefinition)
      rest = whole.part(start..<whole.count)
      guard header.levelEncoding == 3 else { throw .page(.unknownEncoding(header.levelEncoding)) }
    }
    try append(repetition, count, leaf.maxRepetition, to: &entries.repetitions, scratch)
    try append(definition, count, leaf.maxDefinition, to: &entries.definitions, scratch)
    return rest
  }

  private func append(
    _ bytes: ByteRun, _ count: Int, _ maximum: Int, to levels: inout [UInt8],
    _ scratch: ParquetScratch
  ) throws(ParquetFailure) {
    guard maximum > 0 else {
      levels.append(contentsOf: repeatElement(0, count: count))
      return
    }
    var runs = ParquetHybrid(
      bytes.start, count: bytes.count, width: ParquetPage.bitWidth(maximum))
    var done = 0
    while done < count {
      let made = runs.block(count - done, to: scratch.numbers)
      guard made > 0, apus_max32(scratch.numbers, made) <= maximum else {
        throw .page(.endsEarly)
      }
      for place in 0..<made { levels.append(UInt8(scratch.numbers[place])) }
      done += made
    }
    withExtendedLifetime(bytes) {}
  }

  /// The column of a shape: a value for each entry that repeats at most `repetition` and is defined
  /// at least to `definition`.
  private func build(
    _ shape: ParquetShape, _ type: DataType, _ entries: [Int: Entries], definition: Int,
    repetition: Int
  ) throws(FrameError) -> ColumnStorage {
    guard let first = shape.leaves.first, let entry = entries[first] else {
      throw damaged("a struct without parts")
    }
    let (definitions, repetitions) = (entry.definitions, entry.repetitions)
    func isHere(_ place: Int) -> Bool {
      repetitions[place] <= repetition && definitions[place] >= definition
    }
    switch shape {
    case .leaf(let number):
      let leaf = file.schema.leaves[number]
      let here = definitions.indices.filter(isHere)
      let presence = Bitmap(count: here.count) { definitions[here[$0]] == leaf.maxDefinition }
      guard presence.setCount == entry.presentCount else { throw damaged("its levels disagree") }
      let width = leaf.layout.width
      let values = Buffer(byteCount: here.count * width)
      values.base.copyMemory(from: entry.values.base, byteCount: entry.presentCount * width)
      if entry.presentCount < here.count {
        presence.words.read {
          apus_spread(
            values.base, Int32(width), UnsafeRawPointer($0).assumingMemoryBound(to: UInt.self), 0,
            here.count, entry.presentCount)
        }
      }
      return try entry.target.column(
        values, count: here.count, validity: presence.unlessAllSet)
    case .structure(let own, let names, let shapes):
      guard case .struct(let fields) = type else { throw damaged("no struct") }
      let here = definitions.indices.filter(isHere)
      let validity = Bitmap(count: here.count) { definitions[here[$0]] >= own }
      var columns: [ColumnStorage] = []
      for (shape, field) in zip(shapes, fields) {
        let column = try build(
          shape, field.type, entries, definition: definition, repetition: repetition)
        guard column.count == here.count else { throw damaged("its levels disagree") }
        columns.append(column)
      }
      return .struct(
        StructColumn(
          names: names, fields: columns, count: here.count, validity: validity.unlessAllSet))
    case .list(let own, let element, let inner, let child):
      guard case .list(let elementType) = type else { throw damaged("no list") }
      var offsets: [Int] = []
      var isPresent: [Bool] = []
      var count = 0
      for place in definitions.indices {
        if isHere(place) {
          offsets.append(count)
          isPresent.append(definitions[place] >= own)
        }
        if repetitions[place] <= inner, definitions[place] >= element {
          guard !offsets.isEmpty else { throw damaged("its levels disagree") }
          count += 1
        }
      }
      offsets.append(count)
      let values = try build(
        child, elementType, entries, definition: element, repetition: inner)
      guard values.count == count else { throw damaged("its levels disagree") }
      return .list(
        ListColumn(
          offsets: Values(offsets), child: values,
          validity: Bitmap(count: isPresent.count) { isPresent[$0] }.unlessAllSet))
    }
  }

  private func damaged(_ what: String) -> FrameError { ParquetPageWalk.damaged(what, place) }
}

extension ParquetShape {
  /// The leaves of the shape, in order.
  var leaves: [Int] {
    switch self {
    case .leaf(let place): [place]
    case .list(_, _, _, let inner): inner.leaves
    case .structure(_, _, let shapes): shapes.flatMap(\.leaves)
    }
  }
}
