@_implementationOnly import CNumerics

/// The fixed-width values of several columns laid side by side, a record a row.
final class GatherRecords {
  /// A column's place in the records.
  private struct Slot {
    let part: GatherPart
    let place: Int
    let offset: Int
  }

  private let slots: [Slot]
  private let stride: Int
  private let buffer: Buffer

  /// Records pay from so many columns on.
  private static let leastCount = 4

  /// The records of `parts`, or nothing when there are too few of them.
  init?(_ parts: [GatherPart], rowCount: Int) throws(FrameError) {
    let wide = parts.enumerated().filter { $0.element.width > 0 }
    guard wide.count >= GatherRecords.leastCount else { return nil }
    // The widest first: then every value lies at a multiple of its width.
    var offset = 0
    var slots: [Slot] = []
    for (place, part) in wide.sorted(by: { $0.element.width > $1.element.width }) {
      slots.append(Slot(part: part, place: place, offset: offset))
      offset += part.width
    }
    let stride = (offset + 15) & ~15
    self.slots = slots
    self.stride = stride
    buffer = Buffer(byteCount: rowCount * stride)
    let records = buffer.base
    try inParallel(rows: rowCount, by: 1 << 14) { rows throws(FrameError) in
      // A few hundred records stay in the cache while every column fills its places.
      for first in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: 256) {
        let block = first..<Swift.min(first + 256, rows.upperBound)
        for slot in slots {
          switch slot.part.width {
          case 1: GatherRecords.pack(UInt8.self, slot, records, stride, block)
          case 2: GatherRecords.pack(UInt16.self, slot, records, stride, block)
          case 4: GatherRecords.pack(UInt32.self, slot, records, stride, block)
          case 8: GatherRecords.pack(UInt64.self, slot, records, stride, block)
          default: GatherRecords.pack(StringView.self, slot, records, stride, block)
          }
        }
      }
    }
  }

  /// Whether the column at `place` is among the records.
  func holds(_ place: Int) -> Bool { slots.contains { $0.place == place } }

  /// Takes the values of a slice for all columns.
  func gather(_ rows: UnsafePointer<UInt32>, _ slice: Range<Int>) {
    let (stride, records) = (stride, buffer.base)
    withUnsafeTemporaryAllocation(byteCount: 128 * stride, alignment: 64) { block in
      guard let block = block.baseAddress else { return }
      for first in Swift.stride(from: slice.lowerBound, to: slice.upperBound, by: 128) {
        let count = Swift.min(128, slice.upperBound - first)
        for place in 0..<count {
          let next = first + place + 12
          if next < slice.upperBound {
            let record = records + GatherPart.present(rows[next]) * stride
            apus_prefetch(record)
            apus_prefetch(record + (stride - 1))
          }
          (block + place * stride).copyMemory(
            from: records + GatherPart.present(rows[first + place]) * stride, byteCount: stride)
        }
        for slot in slots {
          switch slot.part.width {
          case 1: GatherRecords.unpack(UInt8.self, slot, block, stride, first, count)
          case 2: GatherRecords.unpack(UInt16.self, slot, block, stride, first, count)
          case 4: GatherRecords.unpack(UInt32.self, slot, block, stride, first, count)
          case 8: GatherRecords.unpack(UInt64.self, slot, block, stride, first, count)
          default: GatherRecords.unpack(StringView.self, slot, block, stride, first, count)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func pack<Element: BitwiseCopyable>(
    _ type: Element.Type, _ slot: Slot, _ records: UnsafeMutableRawPointer, _ stride: Int,
    _ rows: Range<Int>
  ) {
    let source = slot.part.source.assumingMemoryBound(to: Element.self)
    for row in rows {
      (records + (row * stride + slot.offset)).storeBytes(of: source[row], as: Element.self)
    }
  }

  @inline(__always)
  private static func unpack<Element: BitwiseCopyable>(
    _ type: Element.Type, _ slot: Slot, _ block: UnsafeMutableRawPointer, _ stride: Int,
    _ first: Int, _ count: Int
  ) {
    let target = slot.part.target.assumingMemoryBound(to: Element.self) + first
    for row in 0..<count {
      target[row] = (block + (row * stride + slot.offset)).load(as: Element.self)
    }
  }
}
