@_implementationOnly import Glibc

/// The C library of XGBoost, opened when the first function of it is asked for. Its functions give
/// 0, or −1 with a message beside.
enum XGBoostLibrary {
  typealias Handle = UnsafeMutableRawPointer?
  typealias CreateMatrix =
    @convention(c) (
      UnsafePointer<Float>, UInt64, UInt64, Float, UnsafeMutablePointer<Handle>
    ) -> Int32
  typealias SetFloats =
    @convention(c) (Handle, UnsafePointer<CChar>, UnsafePointer<Float>, UInt64) -> Int32
  typealias Free = @convention(c) (Handle) -> Int32
  typealias Create =
    @convention(c) (UnsafePointer<Handle>?, UInt64, UnsafeMutablePointer<Handle>) -> Int32
  typealias SetParameter =
    @convention(c) (Handle, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
  typealias Update = @convention(c) (Handle, Int32, Handle) -> Int32
  typealias Predict =
    @convention(c) (
      Handle, Handle, Int32, UInt32, Int32, UnsafeMutablePointer<UInt64>,
      UnsafeMutablePointer<UnsafePointer<Float>?>
    ) -> Int32
  typealias Save =
    @convention(c) (
      Handle, UnsafePointer<CChar>, UnsafeMutablePointer<UInt64>,
      UnsafeMutablePointer<UnsafePointer<CChar>?>
    ) -> Int32
  typealias Load = @convention(c) (Handle, UnsafeRawPointer, UInt64) -> Int32
  typealias LastError = @convention(c) () -> UnsafePointer<CChar>?

  /// The opened library's handle as a number: it is never closed, and threads may share it.
  private static let handle: UInt? = {
    for name in ["libxgboost.so.0", "libxgboost.so"] {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) { return UInt(bitPattern: handle) }
    }
    return nil
  }()

  static func function<Signature>(
    _ name: String, as type: Signature.Type, in place: String
  ) throws(StatsError) -> Signature {
    guard let handle else {
      throw StatsError(
        code: .missingLibrary, what: "XGBoost (libxgboost.so.0) was not found", place: place,
        mend: "install it: apt-get install libxgboost0")
    }
    guard let address = dlsym(UnsafeMutableRawPointer(bitPattern: handle), name) else {
      throw StatsError(
        code: .missingLibrary, what: "XGBoost has no function \"\(name)\"", place: place,
        mend: "install version 1.7 or later: apt-get install libxgboost0")
    }
    return unsafeBitCast(address, to: type)
  }

  /// Throws the library's message when a function did not give 0.
  static func check(_ result: Int32, in place: String) throws(StatsError) {
    guard result != 0 else { return }
    let lastError = try function("XGBGetLastError", as: LastError.self, in: place)
    let text = lastError().map { String(cString: $0) } ?? "no message"
    // The first line says what; the rest is a trace of addresses.
    let first = text.split(separator: "\n").first.map(String.init) ?? text
    throw StatsError(code: .badValue, what: "XGBoost says: \(first)", place: place)
  }
}
