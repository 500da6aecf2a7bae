@_implementationOnly import Glibc
@_implementationOnly import Synchronization

/// Large blocks of memory, kept when a buffer lets go of them and given to the next ones, in parts if
/// need be.
///
/// Memory that the process never touched costs a page fault for each page, which is more than most
/// operations take: blocks lie on huge pages, and are used again. What is kept and what is in use are
/// together never more than the most that was in use at once, so that keeping costs no memory.
enum BlockPool {
  struct Block: @unchecked Sendable {
    /// Pages of this block alone: whoever took the block is the only one to use it.
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    var end: UnsafeMutableRawPointer { base + byteCount }
  }

  private struct Shelf {
    /// The kept blocks by their places; neighbours are one block.
    var blocks: [Block] = []
    var keptByteCount = 0
    var usedByteCount = 0
    /// The most bytes that were in use at once.
    var mostUsed = 0

    /// The front of the smallest block that is large enough.
    mutating func take(_ wanted: Int) -> Block? {
      var best: Int?
      for (place, block) in blocks.enumerated() where block.byteCount >= wanted {
        if let known = best, blocks[known].byteCount <= block.byteCount { continue }
        best = place
      }
      guard let best else { return nil }
      let block = blocks[best]
      if block.byteCount == wanted {
        blocks.remove(at: best)
      } else {
        blocks[best] = Block(base: block.base + wanted, byteCount: block.byteCount - wanted)
      }
      keptByteCount -= wanted
      return Block(base: block.base, byteCount: wanted)
    }

    mutating func keep(_ block: Block) {
      keptByteCount += block.byteCount
      var (low, high) = (0, blocks.count)
      while low < high {
        let middle = (low + high) / 2
        if blocks[middle].base < block.base { low = middle + 1 } else { high = middle }
      }
      var joined = block
      if low < blocks.count, joined.end == blocks[low].base {
        joined = Block(base: joined.base, byteCount: joined.byteCount + blocks[low].byteCount)
        blocks.remove(at: low)
      }
      if low > 0, blocks[low - 1].end == joined.base {
        let before = blocks[low - 1]
        blocks[low - 1] = Block(base: before.base, byteCount: before.byteCount + joined.byteCount)
      } else {
        blocks.insert(joined, at: low)
      }
    }

    /// Takes blocks of `excess` bytes in all from those that are kept, the smallest first.
    mutating func removeKept(_ excess: Int) -> [Block] {
      var (removed, left): ([Block], Int) = ([], excess)
      while left > 0,
        let place = blocks.indices.min(by: { blocks[$0].byteCount < blocks[$1].byteCount })
      {
        guard let block = take(Swift.min(left, blocks[place].byteCount)) else { break }
        removed.append(block)
        left -= block.byteCount
      }
      return removed
    }
  }

  /// From this size on, memory comes from here.
  static let threshold = 1 << 20
  private static let granule = 2 << 20
  private static let shelf = Mutex(Shelf())
  /// An eighth of the machine's memory.
  private static let keptLimit = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 8

  /// A block of at least `byteCount` bytes, or nothing when the system has none. Its content is
  /// arbitrary.
  static func take(_ byteCount: Int) -> Block? {
    let wanted = (byteCount + granule - 1) & ~(granule - 1)
    let (kept, excess) = shelf.withLock { shelf -> (Block?, [Block]) in
      shelf.usedByteCount += wanted
      shelf.mostUsed = Swift.max(shelf.mostUsed, shelf.usedByteCount)
      if let block = shelf.take(wanted) { return (block, []) }
      return (nil, shelf.removeKept(shelf.usedByteCount + shelf.keptByteCount - shelf.mostUsed))
    }
    for block in excess { munmap(block.base, block.byteCount) }
    if let block = kept ?? fresh(wanted) { return block }
    shelf.withLock { $0.usedByteCount -= wanted }
    return nil
  }

  /// Gives a block back.
  static func give(_ block: Block) {
    let excess = shelf.withLock { shelf -> [Block] in
      shelf.usedByteCount -= block.byteCount
      shelf.keep(block)
      return shelf.removeKept(shelf.keptByteCount - keptLimit)
    }
    for block in excess { munmap(block.base, block.byteCount) }
  }

  /// New pages, starting at a multiple of the size of a huge page.
  private static func fresh(_ byteCount: Int) -> Block? {
    let mapped = byteCount + granule
    guard
      let start = mmap(
        nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else { return nil }
    let lead = (granule - Int(bitPattern: start) & (granule - 1)) & (granule - 1)
    if lead > 0 { munmap(start, lead) }
    let base = start + lead
    munmap(base + byteCount, granule - lead)
    madvise(base, byteCount, Int32(MADV_HUGEPAGE))
    return Block(base: base, byteCount: byteCount)
  }
}
