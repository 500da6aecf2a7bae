internal import ApusFrame

@_implementationOnly import CFormats

/// How values of a type are stored, and their bytes in plain encoding.
struct ParquetPlain {
  let type: DataType

  /// The physical type.
  var physical: ParquetPhysical {
    switch type {
    case .bool: .boolean
    case .int8, .int16, .int32, .uint8, .uint16, .uint32, .date: .int32
    case .int64, .uint64, .time, .datetime, .duration: .int64
    case .float32: .float
    case .float64: .double
    case .decimal(let precision, _):
      precision <= 9 ? .int32 : precision <= 18 ? .int64 : .fixedByteArray
    case .uuid: .fixedByteArray
    case .string, .binary, .categorical, .enum, .list, .struct: .byteArray
    }
  }

  /// How many bytes a stored value has; nothing where that differs.
  var width: Int? { physical.width(16) }

  /// The bytes of some values of a column without nulls.
  func bytes(_ column: ColumnStorage, _ rows: Range<Int>) -> [UInt8] {
    var result: [UInt8] = []
    switch StoredColumn(column) {
    case .bits(let bits):
      result = [UInt8](repeating: 0, count: (rows.count + 7) / 8)
      for (place, row) in rows.enumerated() where bits[row] {
        result[place >> 3] |= 1 << UInt8(place & 7)
      }
    case .fixed(let buffer, let start, let width):
      let source = buffer.base + start + rows.lowerBound * width
      result = fixed(source, width, rows.count)
      withExtendedLifetime(buffer) {}
    case .texts(let texts): append(texts, rows, to: &result)
    case .codes(let codes): append(codes.texts, rows, to: &result)
    case .list, .structure: preconditionFailure("\(type) is no leaf")
    }
    return result
  }

  private func append(_ texts: StringColumn, _ rows: Range<Int>, to result: inout [UInt8]) {
    result.reserveCapacity(rows.count * 16)
    texts.read { reader in
      for row in rows {
        let text = reader.bytes(row)
        withUnsafeBytes(of: UInt32(text.count).littleEndian) { result.append(contentsOf: $0) }
        result.append(contentsOf: text)
      }
    }
  }

  private func fixed(_ source: UnsafeRawPointer, _ width: Int, _ count: Int) -> [UInt8] {
    let stored = self.width ?? width
    return [UInt8](unsafeUninitializedCapacity: count * stored) { target, written in
      written = count * stored
      guard let base = UnsafeMutableRawPointer(target.baseAddress), count > 0 else { return }
      func each<Kept: BitwiseCopyable, Stored: BitwiseCopyable>(
        _: Kept.Type, _ body: (Kept) -> Stored
      ) {
        for row in 0..<count {
          let value = source.loadUnaligned(
            fromByteOffset: row * MemoryLayout<Kept>.stride, as: Kept.self)
          base.storeBytes(
            of: body(value), toByteOffset: row * MemoryLayout<Stored>.stride, as: Stored.self)
        }
      }
      switch type {
      case .int8: each(Int8.self) { Int32($0) }
      case .int16: each(Int16.self) { Int32($0) }
      case .uint8: each(UInt8.self) { Int32($0) }
      case .uint16: each(UInt16.self) { Int32($0) }
      case .decimal:
        switch stored {
        case 4: each(Int128.self) { Int32(truncatingIfNeeded: $0) }
        case 8: each(Int128.self) { Int(truncatingIfNeeded: $0) }
        default: each(Int128.self) { $0.bigEndian }
        }
      default: base.copyMemory(from: source, byteCount: count * stored)
      }
    }
  }

  /// The stored numbers as words, for differences; only for physical types of 32 and 64 bits.
  func integers(_ column: ColumnStorage, _ rows: Range<Int>) -> [Int] {
    let plain = bytes(column, rows)
    return plain.withUnsafeBytes { raw in
      physical == .int64
        ? (0..<rows.count).map { raw.loadUnaligned(fromByteOffset: $0 * 8, as: Int.self) }
        : (0..<rows.count).map { Int(raw.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)) }
    }
  }

  /// The bounds of some values in plain encoding; nothing when there are none, or when no reader
  /// would know their order.
  func bounds(_ column: ColumnStorage, _ rows: Range<Int>) -> (least: [UInt8], greatest: [UInt8])? {
    guard !rows.isEmpty else { return nil }
    func extremes<Element: Comparable & BitwiseCopyable & Sendable>(
      _ column: FixedWidthColumn<Element>
    ) -> (Int, Int)? {
      var (least, greatest) = (rows.lowerBound, rows.lowerBound)
      column.values.read { values in
        for row in rows {
          if values[row] < values[least] { least = row }
          if values[row] > values[greatest] { greatest = row }
        }
      }
      return (least, greatest)
    }
    func places() -> (Int, Int)? {
      switch column {
      case .int8(let column): return extremes(column)
      case .int16(let column): return extremes(column)
      case .int32(let column): return extremes(column)
      case .int64(let column), .time(let column), .datetime(let column, _, _),
        .duration(let column, _):
        return extremes(column)
      case .uint8(let column): return extremes(column)
      case .uint16(let column): return extremes(column)
      case .uint32(let column): return extremes(column)
      case .uint64(let column): return extremes(column)
      case .decimal(let column, _, _): return extremes(column)
      case .date(let column): return extremes(column)
      case .bool(let column):
        let first = rows.first { !column.values[$0] }
        let last = rows.first { column.values[$0] }
        return (first ?? rows.lowerBound, last ?? rows.lowerBound)
      case .float32, .float64, .string, .categorical, .enum, .binary, .uuid, .list, .struct:
        return nil
      }
    }
    switch column {
    case .float32(let values): return floats(values, rows)
    case .float64(let values): return floats(values, rows)
    case .string(let texts), .binary(let texts): return texts.bounds(rows)
    case .categorical(let codes), .enum(let codes): return codes.texts.bounds(rows)
    default:
      guard let (least, greatest) = places() else { return nil }
      return (bytes(column, least..<(least + 1)), bytes(column, greatest..<(greatest + 1)))
    }
  }

  /// NaN is left out, and zero has both signs, as the format's text asks.
  private func floats<Element: BinaryFloatingPoint & BitwiseCopyable & Sendable>(
    _ column: FixedWidthColumn<Element>, _ rows: Range<Int>
  ) -> (least: [UInt8], greatest: [UInt8])? {
    var least = Element.infinity
    var greatest = -Element.infinity
    var isKnown = false
    column.values.read { values in
      for row in rows where !values[row].isNaN {
        isKnown = true
        least = Swift.min(least, values[row])
        greatest = Swift.max(greatest, values[row])
      }
    }
    guard isKnown else { return nil }
    if least == 0 { least = -0.0 }
    if greatest == 0 { greatest = 0.0 }
    return (withUnsafeBytes(of: least) { Array($0) }, withUnsafeBytes(of: greatest) { Array($0) })
  }
}

extension StringColumn {
  /// The least and the greatest text by bytes; nothing when one of them is long.
  fileprivate func bounds(_ rows: Range<Int>) -> (least: [UInt8], greatest: [UInt8])? {
    read { reader in
      var low = reader.bytes(rows.lowerBound)
      var high = low
      for row in rows {
        let text = reader.bytes(row)
        if StringColumn.order(text, low) < 0 { low = text }
        if StringColumn.order(text, high) > 0 { high = text }
      }
      return low.count <= 128 && high.count <= 128 ? (Array(low), Array(high)) : nil
    }
  }

  private static func order(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Int32 {
    guard let a = left.baseAddress, let b = right.baseAddress else {
      return Int32(left.count) - Int32(right.count)
    }
    return apus_compare(a, left.count, b, right.count)
  }
}
