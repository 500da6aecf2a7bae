@_implementationOnly import Glibc

/// OpenBLAS with its LAPACK, opened when the first function of it is asked for.
///
/// Functions are Fortran's: every argument is an address, matrices stand column by column, whole
/// numbers have 32 bits.
enum NumericLibrary {
  /// The opened library's handle as a number: it is never closed, and threads may share it.
  private static let handle: UInt? = {
    for name in ["libopenblas.so.0", "libopenblas.so"] {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) { return UInt(bitPattern: handle) }
    }
    return nil
  }()

  /// The function of a name, such as `dgeqp3_`, as the type that the caller knows it to have.
  static func function<Signature>(_ name: String, as type: Signature.Type) throws(StatsError)
    -> Signature
  {
    guard let handle else {
      throw StatsError(
        code: .missingLibrary, what: "OpenBLAS (libopenblas.so.0) was not found",
        place: "linear algebra", mend: "install it: apt-get install libopenblas0-pthread")
    }
    guard let address = dlsym(UnsafeMutableRawPointer(bitPattern: handle), name) else {
      throw StatsError(
        code: .missingLibrary, what: "OpenBLAS has no function \"\(name)\"",
        place: "linear algebra", mend: "install a full build: apt-get install libopenblas0-pthread")
    }
    return unsafeBitCast(address, to: type)
  }
}
