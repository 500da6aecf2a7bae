internal import Glibc
private import Synchronization

/// Large blocks of memory, kept when a buffer lets go of them and given to the next one.
///
/// Memory that the process never touched costs a page fault for each page, which is more than most
/// operations take: blocks lie on huge pages, and are used again while the kept ones are below a
/// limit.
enum BlockPool {
  struct Block: @unchecked Sendable {
    /// Pages of this block alone: whoever took the block is the only one to use it.
    let base: UnsafeMutableRawPointer
    let byteCount: Int
  }

  private struct Shelf {
    var blocks: [Block] = []
    var byteCount = 0
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
    let limit = wanted + wanted / 4 + granule
    let kept = shelf.withLock { shelf -> Block? in
      var best: Int?
      for (place, block) in shelf.blocks.enumerated()
      where block.byteCount >= wanted && block.byteCount <= limit {
        if let known = best, shelf.blocks[known].byteCount <= block.byteCount { continue }
        best = place
      }
      guard let best else { return nil }
      let block = shelf.blocks.remove(at: best)
      shelf.byteCount -= block.byteCount
      return block
    }
    return kept ?? fresh(wanted)
  }

  /// Gives a block back.
  static func give(_ block: Block) {
    let isKept = shelf.withLock { shelf in
      guard shelf.byteCount + block.byteCount <= keptLimit else { return false }
      shelf.blocks.append(block)
      shelf.byteCount += block.byteCount
      return true
    }
    if !isKept { munmap(block.base, block.byteCount) }
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
