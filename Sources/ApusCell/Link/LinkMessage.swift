/// What the engine tells its worker.
package enum EngineMessage: Sendable, Equatable {
  /// Open `library` and call its `entry`.
  case run(
    execution: UInt32, library: String, entry: String, isAsync: Bool, allowsInput: Bool)
  /// Stop the running cell.
  case interrupt
  /// Go on with the next cell of the unit that waits.
  case proceed(execution: UInt32, allowsInput: Bool)
  /// The line that the cell asked for; `nil` when there is none to be had.
  case inputReply(execution: UInt32, text: String?)

  /// The message as a frame.
  package var frame: LinkFrame {
    var payload = LinkPayloadWriter()
    switch self {
    case .run(let execution, let library, let entry, let isAsync, let allowsInput):
      payload.put(execution)
      payload.put(library)
      payload.put(entry)
      payload.put(isAsync)
      payload.put(allowsInput)
      return LinkFrame(kind: 1, payload: payload.bytes)
    case .interrupt: return LinkFrame(kind: 2, payload: [])
    case .inputReply(let execution, let text):
      payload.put(execution)
      payload.put(text)
      return LinkFrame(kind: 3, payload: payload.bytes)
    case .proceed(let execution, let allowsInput):
      payload.put(execution)
      payload.put(allowsInput)
      return LinkFrame(kind: 4, payload: payload.bytes)
    }
  }

  /// The message in `frame`.
  package init(_ frame: LinkFrame) throws(LinkError) {
    var payload = LinkPayloadReader(frame.payload)
    switch frame.kind {
    case 1:
      self = .run(
        execution: try payload.integer(UInt32.self), library: try payload.text(),
        entry: try payload.text(), isAsync: try payload.flag(), allowsInput: try payload.flag())
    case 2: self = .interrupt
    case 3:
      self = .inputReply(
        execution: try payload.integer(UInt32.self), text: try payload.optionalText())
    case 4:
      self = .proceed(
        execution: try payload.integer(UInt32.self), allowsInput: try payload.flag())
    default: throw LinkError(what: "an unknown kind \(frame.kind)")
    }
    try payload.end()
  }
}

/// A place in the code of a loaded library, ready to be looked up in its debug information.
package struct LinkCodePlace: Sendable, Equatable {
  package var library: String
  /// Distance from the library's load address.
  package var offset: UInt64
  /// The mangled name of the function; empty where it is not known.
  package var symbol: String

  package init(library: String, offset: UInt64, symbol: String) {
    self.library = library
    self.offset = offset
    self.symbol = symbol
  }
}

/// How an execution ended in the worker.
package enum WorkerStatus: UInt8, Sendable {
  case succeeded, threw, trapped, interrupted, exited, notLoaded
  /// The unit that was to go on waits no longer: the thread inside it was stopped.
  case lost
}

/// What the worker tells the engine.
package enum WorkerMessage: Sendable, Equatable {
  case ready(pid: Int32)
  /// Text on stream 1 (stdout) or 2 (stderr).
  case output(execution: UInt32, stream: UInt8, bytes: [UInt8])
  /// Bundles and metadata are JSON objects.
  case display(
    execution: UInt32, bundle: String, metadata: String, displayID: String?, isUpdate: Bool)
  case result(execution: UInt32, bundle: String, metadata: String)
  case clearOutput(execution: UInt32, waits: Bool)
  case inputRequest(execution: UInt32, prompt: String, isHidden: Bool)
  /// An error that no one caught, and where it was thrown.
  case threw(execution: UInt32, type: String, description: String, places: [LinkCodePlace])
  case trapped(
    execution: UInt32, signal: Int32, address: UInt64, isCellThread: Bool,
    places: [LinkCodePlace])
  /// The end: the last progress mark, and the code given to `exit`.
  case finished(execution: UInt32, status: WorkerStatus, mark: Int32, exitCode: Int32)
  /// The files that the execution opened to read.
  case opened(execution: UInt32, paths: [String])
  /// Advice for the user.
  case notice(String)

  /// The message as a frame.
  package var frame: LinkFrame {
    var payload = LinkPayloadWriter()
    switch self {
    case .ready(let pid):
      payload.put(pid)
      return LinkFrame(kind: 64, payload: payload.bytes)
    case .output(let execution, let stream, let bytes):
      payload.put(execution)
      payload.put(stream)
      payload.put(bytes)
      return LinkFrame(kind: 65, payload: payload.bytes)
    case .display(let execution, let bundle, let metadata, let displayID, let isUpdate):
      payload.put(execution)
      payload.put(bundle)
      payload.put(metadata)
      payload.put(displayID)
      payload.put(isUpdate)
      return LinkFrame(kind: 66, payload: payload.bytes)
    case .result(let execution, let bundle, let metadata):
      payload.put(execution)
      payload.put(bundle)
      payload.put(metadata)
      return LinkFrame(kind: 67, payload: payload.bytes)
    case .clearOutput(let execution, let waits):
      payload.put(execution)
      payload.put(waits)
      return LinkFrame(kind: 68, payload: payload.bytes)
    case .inputRequest(let execution, let prompt, let isHidden):
      payload.put(execution)
      payload.put(prompt)
      payload.put(isHidden)
      return LinkFrame(kind: 69, payload: payload.bytes)
    case .threw(let execution, let type, let description, let places):
      payload.put(execution)
      payload.put(type)
      payload.put(description)
      payload.put(places)
      return LinkFrame(kind: 70, payload: payload.bytes)
    case .trapped(let execution, let signal, let address, let isCellThread, let places):
      payload.put(execution)
      payload.put(signal)
      payload.put(address)
      payload.put(isCellThread)
      payload.put(places)
      return LinkFrame(kind: 71, payload: payload.bytes)
    case .finished(let execution, let status, let mark, let exitCode):
      payload.put(execution)
      payload.put(status.rawValue)
      payload.put(mark)
      payload.put(exitCode)
      return LinkFrame(kind: 72, payload: payload.bytes)
    case .opened(let execution, let paths):
      payload.put(execution)
      payload.put(UInt32(paths.count))
      for path in paths { payload.put(path) }
      return LinkFrame(kind: 74, payload: payload.bytes)
    case .notice(let text):
      payload.put(text)
      return LinkFrame(kind: 73, payload: payload.bytes)
    }
  }

  /// The message in `frame`.
  package init(_ frame: LinkFrame) throws(LinkError) {
    var payload = LinkPayloadReader(frame.payload)
    self = try Self.read(kind: frame.kind, &payload)
    try payload.end()
  }

  private static func read(
    kind: UInt8, _ payload: inout LinkPayloadReader
  ) throws(LinkError) -> WorkerMessage {
    if kind == 64 { return .ready(pid: try payload.integer(Int32.self)) }
    if kind == 73 { return .notice(try payload.text()) }
    let execution = try payload.integer(UInt32.self)
    switch kind {
    case 65:
      return .output(
        execution: execution, stream: try payload.integer(UInt8.self), bytes: try payload.block())
    case 66:
      return .display(
        execution: execution, bundle: try payload.text(), metadata: try payload.text(),
        displayID: try payload.optionalText(), isUpdate: try payload.flag())
    case 67:
      return .result(
        execution: execution, bundle: try payload.text(), metadata: try payload.text())
    case 68: return .clearOutput(execution: execution, waits: try payload.flag())
    case 69:
      return .inputRequest(
        execution: execution, prompt: try payload.text(), isHidden: try payload.flag())
    case 70:
      return .threw(
        execution: execution, type: try payload.text(), description: try payload.text(),
        places: try payload.places())
    case 71:
      return .trapped(
        execution: execution, signal: try payload.integer(Int32.self),
        address: try payload.integer(UInt64.self), isCellThread: try payload.flag(),
        places: try payload.places())
    case 72:
      guard let status = WorkerStatus(rawValue: try payload.integer(UInt8.self)) else {
        throw LinkError(what: "an unknown status")
      }
      return .finished(
        execution: execution, status: status, mark: try payload.integer(Int32.self),
        exitCode: try payload.integer(Int32.self))
    case 74:
      var paths: [String] = []
      for _ in 0..<(try payload.integer(UInt32.self)) { paths.append(try payload.text()) }
      return .opened(execution: execution, paths: paths)
    default: throw LinkError(what: "an unknown kind \(kind)")
    }
  }
}

extension LinkPayloadWriter {
  mutating func put(_ places: [LinkCodePlace]) {
    put(UInt32(places.count))
    for place in places {
      put(place.library)
      put(place.offset)
      put(place.symbol)
    }
  }
}

extension LinkPayloadReader {
  mutating func places() throws(LinkError) -> [LinkCodePlace] {
    let count = try integer(UInt32.self)
    var places: [LinkCodePlace] = []
    for _ in 0..<count {
      places.append(
        LinkCodePlace(
          library: try text(), offset: try integer(UInt64.self), symbol: try text()))
    }
    return places
  }
}
