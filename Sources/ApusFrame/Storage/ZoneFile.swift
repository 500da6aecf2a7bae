@_implementationOnly import Glibc

/// The time-zone files of the system: `/usr/share/zoneinfo`, format TZif.
/// - Source: RFC 8536 (the format), POSIX.1-2017 chapter 8.3 and RFC 8536 3.3.1 (the footer).
enum ZoneFile {
  static let folder = "/usr/share/zoneinfo"

  /// The bytes of a zone's file; nothing when there is none of that name.
  static func bytes(of zone: String) -> [UInt8]? {
    let isName = zone.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || byte == 0x2f || byte == 0x5f || byte == 0x2b || byte == 0x2d
    }
    guard isName, !zone.isEmpty, !zone.hasPrefix("/") else { return nil }
    return read("\(folder)/\(zone)")
  }

  /// The names of the zones, as far as the system lists them; for errors that name the nearest.
  static func names() -> [String] {
    for list in ["tzdata.zi", "zone.tab"] {
      guard let bytes = read("\(folder)/\(list)") else { continue }
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      return lines.compactMap { line -> String? in
        let words = line.split { $0 == " " || $0 == "\t" }
        if list == "zone.tab" { return words.count > 2 && words[0] != "#" ? "\(words[2])" : nil }
        if words.first == "Z" { return words.count > 1 ? "\(words[1])" : nil }
        return words.first == "L" && words.count > 2 ? "\(words[2])" : nil
      }
    }
    return []
  }

  private static func read(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var content: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = Glibc.read(file, &block, block.count)
      guard count > 0 else { return count == 0 ? content : nil }
      content.append(contentsOf: block[0..<count])
    }
  }
}
