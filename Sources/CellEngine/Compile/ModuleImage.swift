internal import Glibc

/// The parts of an ELF file (64 bits, little endian) that the engine reads and patches.
struct ModuleImage {
  private(set) var bytes: [UInt8]
  private let sections: [Section]

  private struct Section {
    var nameOffset: Int
    var type: UInt32
    var address: Int
    var offset: Int
    var size: Int
    var link: Int
    var entrySize: Int
  }

  /// The image in `bytes`; `nil` when they are not such a file.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > 64, bytes[0..<6].elementsEqual([0x7F, 0x45, 0x4C, 0x46, 2, 1]) else {
      return nil
    }
    self.bytes = bytes
    let table = Self.integer(bytes, 40, 8)
    let entrySize = Self.integer(bytes, 58, 2)
    let count = Self.integer(bytes, 60, 2)
    guard entrySize >= 64, table + count * entrySize <= bytes.count else { return nil }
    sections = (0..<count).map { index in
      let at = table + index * entrySize
      return Section(
        nameOffset: Self.integer(bytes, at, 4), type: UInt32(Self.integer(bytes, at + 4, 4)),
        address: Self.integer(bytes, at + 16, 8), offset: Self.integer(bytes, at + 24, 8),
        size: Self.integer(bytes, at + 32, 8), link: Self.integer(bytes, at + 40, 4),
        entrySize: Self.integer(bytes, at + 56, 8))
    }
    guard sections.allSatisfy({ $0.type == 8 || $0.offset + $0.size <= bytes.count }) else {
      return nil
    }
  }

  /// What the compiler asks the linker for (`-lFoundation`, …): the entries of every section
  /// `.swift1_autolink_entries`.
  var autolinkEntries: [String] {
    let nameSection = Self.integer(bytes, 62, 2)
    guard sections.indices.contains(nameSection) else { return [] }
    let names = sections[nameSection]
    return sections.filter {
      text(at: names.offset + $0.nameOffset) == ".swift1_autolink_entries"
    }.flatMap { section in
      bytes[section.offset..<(section.offset + section.size)].split(separator: 0)
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Gives the Swift module `name` in a linked image the name `newName`, which is no longer: the
  /// name in the module's context descriptor, which `print` and `dump` show.
  ///
  /// The descriptor's symbol is `$s<length><name>MXM`; its third 32-bit word is the distance from
  /// itself to the name, which ends in a zero byte.
  mutating func renameModule(_ name: String, to newName: String) -> Bool {
    guard let descriptor = address(ofSymbol: "$s\(name.utf8.count)\(name)MXM"),
      let word = fileOffset(of: descriptor + 8)
    else { return false }
    let distance = Int(Int32(truncatingIfNeeded: Self.integer(bytes, word, 4)))
    guard let place = fileOffset(of: descriptor + 8 + distance), text(at: place) == name,
      newName.utf8.count <= name.utf8.count
    else { return false }
    let replacement = Array(newName.utf8) + [0]
    bytes.replaceSubrange(place..<(place + replacement.count), with: replacement)
    return true
  }

  private func address(ofSymbol name: String) -> Int? {
    let wanted = Array(name.utf8)
    // 2 is the whole symbol table, 11 the dynamic one.
    for table in sections where (table.type == 2 || table.type == 11) && table.entrySize > 0 {
      guard sections.indices.contains(table.link) else { continue }
      let strings = sections[table.link]
      for entry in stride(from: table.offset, to: table.offset + table.size, by: table.entrySize) {
        let nameOffset = strings.offset + Self.integer(bytes, entry, 4)
        let end = nameOffset + wanted.count
        guard end < bytes.count, bytes[end] == 0, bytes[nameOffset..<end].elementsEqual(wanted)
        else { continue }
        let value = Self.integer(bytes, entry + 8, 8)
        if value != 0 { return value }
      }
    }
    return nil
  }

  /// The symbols of the storage of the top-level variables `names` of the Swift module `module`.
  ///
  /// Such a symbol is `$s<length><module><length><name>…vp`, the type between.
  func storageSymbols(of names: Set<String>, in module: String) -> [String: String] {
    let prefix = "$s\(module.utf8.count)\(module)"
    var found: [String: String] = [:]
    for symbol in symbols(startingWith: prefix) where symbol.hasSuffix("vp") {
      let rest = symbol.dropFirst(prefix.count)
      let digits = rest.prefix { $0.isNumber }
      guard let count = Int(digits), rest.count >= digits.count + count else { continue }
      let name = String(rest.dropFirst(digits.count).prefix(count))
      if names.contains(name) { found[name] = symbol }
    }
    return found
  }

  /// Those of the variables and functions `names` of the module whose types name no type of any cell:
  /// the modules of such types need not be loaded by who uses the names.
  func plainNames(of names: Set<String>, in module: String) -> Set<String> {
    let prefix = "$s\(module.utf8.count)\(module)"
    var verdicts: [String: Bool] = [:]
    for symbol in symbols(startingWith: prefix)
    where symbol.hasSuffix("vp") || symbol.hasSuffix("F") {
      let rest = symbol.dropFirst(prefix.count)
      let digits = rest.prefix { $0.isNumber }
      guard let count = Int(digits), rest.count >= digits.count + count else { continue }
      let name = String(rest.dropFirst(digits.count).prefix(count))
      guard names.contains(name) else { continue }
      let isPlain = Self.namesNoCell(String(rest.dropFirst(digits.count + count)))
      verdicts[name] = (verdicts[name] ?? true) && isPlain
    }
    return Set(verdicts.filter(\.value).keys)
  }

  /// Whether a mangled type has neither the name of a cell's module nor a back reference, which may
  /// stand for one.
  private static func namesNoCell(_ type: String) -> Bool {
    var type = type
    for known in ["ApusFrame", "ApusCell", "ApusPlot", "ApusIO"] {
      type = type.replacing(known, with: "")
    }
    return !type.contains("A") && !type.contains("Q")
      && type.firstMatch(of: /C[0-9a-f]{15}/) == nil
  }

  private func symbols(startingWith prefix: String) -> [String] {
    let wanted = Array(prefix.utf8)
    var found: [String] = []
    for table in sections where table.type == 11 && table.entrySize > 0 {
      guard sections.indices.contains(table.link) else { continue }
      let strings = sections[table.link]
      for entry in stride(from: table.offset, to: table.offset + table.size, by: table.entrySize) {
        let start = strings.offset + Self.integer(bytes, entry, 4)
        guard start + wanted.count < bytes.count,
          bytes[start..<(start + wanted.count)].elementsEqual(wanted),
          Self.integer(bytes, entry + 8, 8) != 0
        else { continue }
        found.append(text(at: start))
      }
    }
    return found
  }

  private func fileOffset(of address: Int) -> Int? {
    guard
      let section = sections.first(where: {
        $0.address != 0 && $0.type != 8 && address >= $0.address && address < $0.address + $0.size
      })
    else { return nil }
    return section.offset + address - section.address
  }

  private func text(at offset: Int) -> String {
    guard offset >= 0, offset < bytes.count else { return "" }
    return String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func integer(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int {
    guard offset >= 0, offset + width <= bytes.count else { return 0 }
    var value: UInt64 = 0
    for index in (0..<width).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
    return Int(truncatingIfNeeded: value)
  }
}
