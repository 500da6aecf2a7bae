internal import CToolchain
internal import Glibc

/// sourcekitd, opened in this process: requests go in, values come out.
///
/// Belongs to one thread.
///
/// Only the service process opens it: it takes some 350 MB, and it may hang or crash.
struct SourceKitD {
  /// A value in a request.
  enum Argument {
    case name(String)
    case text(String)
    case number(Int)
    case texts([String])
  }

  private let functions: apus_sourcekitd

  init(library: String) throws(CellEngineError) {
    let table = UnsafeMutablePointer<apus_sourcekitd>.allocate(capacity: 1)
    defer { table.deallocate() }
    if let problem = apus_sourcekitd_open(library, table) {
      defer { free(problem) }
      throw CellEngineError(
        .toolchain, String(cString: problem), place: library,
        mend: "install a whole Swift toolchain for Linux")
    }
    functions = table.pointee
    functions.initialize()
  }

  /// Sends `source.request.` + `request` and calls `body` with the answer, which lives until then.
  @discardableResult
  func send<Result>(
    _ request: String, _ arguments: [(key: String, value: Argument)],
    _ body: (SourceKitValue) -> Result
  ) throws(CellEngineError) -> Result {
    let dictionary = functions.request_dictionary_create(nil, nil, 0)
    defer { functions.request_release(dictionary) }
    functions.request_dictionary_set_uid(
      dictionary, uid("key.request"), uid("source.request." + request))
    for (key, value) in arguments { set(value, for: "key." + key, in: dictionary) }
    let response = functions.send_request_sync(dictionary)
    defer { functions.response_dispose(response) }
    if functions.response_is_error(response) {
      let text = functions.response_error_get_description(response).map { String(cString: $0) }
      throw CellEngineError(.process, text ?? "failed", place: "sourcekitd " + request)
    }
    return body(
      SourceKitValue(functions: functions, variant: functions.response_get_value(response)))
  }

  private func set(_ value: Argument, for key: String, in dictionary: UnsafeMutableRawPointer) {
    let key = uid(key)
    switch value {
    case .name(let name): functions.request_dictionary_set_uid(dictionary, key, uid(name))
    case .number(let number):
      functions.request_dictionary_set_int64(dictionary, key, Int64(number))
    case .text(let text):
      Self.withBytes(of: text) { bytes, count in
        functions.request_dictionary_set_stringbuf(dictionary, key, bytes, count)
      }
    case .texts(let texts):
      let array = functions.request_array_create(nil, 0)
      defer { functions.request_release(array) }
      for text in texts {
        // -1: append
        Self.withBytes(of: text) { functions.request_array_set_stringbuf(array, -1, $0, $1) }
      }
      functions.request_dictionary_set_value(dictionary, key, array)
    }
  }

  private static func withBytes(of text: String, _ body: (UnsafePointer<CChar>, Int) -> Void) {
    text.withCString { body($0, text.utf8.count) }
  }

  private func uid(_ name: String) -> UnsafeMutableRawPointer { functions.uid_get_from_cstr(name) }
}

/// A value in an answer of sourcekitd.
struct SourceKitValue {
  fileprivate let functions: apus_sourcekitd
  fileprivate let variant: apus_sk_variant

  /// The text of member `key.` + `key`; `nil` where there is none.
  func text(_ key: String) -> String? {
    functions.variant_dictionary_get_string(variant, uid(key)).map { String(cString: $0) }
  }

  /// The name of member `key.` + `key`, such as `source.lang.swift.decl.class`.
  func name(_ key: String) -> String? {
    functions.variant_dictionary_get_uid(variant, uid(key))
      .flatMap { functions.uid_get_string_ptr($0) }.map { String(cString: $0) }
  }

  /// The elements of the array that is member `key.` + `key`.
  func elements(_ key: String) -> [SourceKitValue] {
    let array = functions.variant_dictionary_get_value(variant, uid(key))
    let arrayType: Int32 = 2
    guard functions.variant_get_type(array) == arrayType else { return [] }
    return (0..<functions.variant_array_get_count(array)).map {
      SourceKitValue(functions: functions, variant: functions.variant_array_get_value(array, $0))
    }
  }

  private func uid(_ key: String) -> UnsafeMutableRawPointer {
    functions.uid_get_from_cstr("key." + key)
  }
}
