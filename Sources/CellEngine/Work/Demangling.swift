internal import Glibc

/// The readable names of Swift's symbols.
enum Demangling {
  /// The readable name of `symbol`; any other text as it is.
  static func name(of symbol: String) -> String {
    guard symbol.hasPrefix("$s") || symbol.hasPrefix("$S") || symbol.hasPrefix("_T") else {
      return symbol
    }
    guard let text = swiftDemangle(symbol, UInt(symbol.utf8.count), nil, nil, 0) else {
      return symbol
    }
    defer { free(text) }
    return String(cString: text)
  }
}

/// The runtime's own demangler, which the standard library's `_stdlib_demangleName` calls as well.
@_silgen_name("swift_demangle")
private func swiftDemangle(
  _ symbol: UnsafePointer<CChar>, _ length: UInt, _ buffer: UnsafeMutablePointer<CChar>?,
  _ size: UnsafeMutablePointer<UInt>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?
