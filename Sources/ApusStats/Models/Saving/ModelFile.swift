internal import ApusFrame

@_implementationOnly import Glibc

extension LearnedModel {
  /// The version of the format that is written.
  static let formatVersion = 1

  /// The model as bytes of JSON: a first line with the format's name, its version and a checksum,
  /// then the model. Reading it runs nothing; it only fills in numbers, which are checked.
  public func saved() -> [UInt8] {
    var body: [UInt8] = []
    savedValue.write(to: &body)
    var bytes = Array(
      "{\"format\":\"apus-model\",\"version\":\(Self.formatVersion),\"checksum\":\"\(Self.checksum(body))\"}\n"
        .utf8)
    bytes += body
    bytes.append(10)
    return bytes
  }

  /// A model of bytes that `saved` gave.
  /// - Throws: `StatsError` for bytes that are damaged, cut off, of a later version, or no model.
  public init(saved bytes: [UInt8]) throws(StatsError) {
    guard let end = bytes.firstIndex(of: 10), end < 200 else {
      throw Self.fault("the first line names no format")
    }
    let head = try SavedReader.read(Array(bytes[..<end]))
    guard try head.text("format") == "apus-model" else {
      throw Self.fault("the format is \"\(try head.text("format"))\", not \"apus-model\"")
    }
    let version = try head.number("version")
    guard version == Double(Self.formatVersion) else {
      throw StatsError(
        code: .malformedFile,
        what: "the format has version \(NumberText.short(version)), this Apus reads version "
          + "\(Self.formatVersion)",
        place: "saved model", mend: "use a newer Apus, or save the model again")
    }
    var body = Array(bytes[(end + 1)...])
    if body.last == 10 { body.removeLast() }
    guard try head.text("checksum") == Self.checksum(body) else {
      throw Self.fault("the checksum does not fit: the file is cut off or damaged")
    }
    try self.init(try SavedReader.read(body))
  }

  /// Writes the model to a file: beside it first, then renamed.
  public func save(_ path: String) throws(StatsError) {
    let (bytes, place) = (saved(), "saved model")
    do throws(FrameError) {
      try AtomicFile.write(to: path, place: place) { file throws(FrameError) in
        try file.write(bytes)
      }
    } catch {
      throw StatsError(error, in: place)
    }
  }

  /// Reads a model from a file that `save` wrote.
  public init(path: String) throws(StatsError) {
    guard let file = fopen(path, "r") else { throw Self.fault(of: path, errno) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      if count == 0 { break }
      bytes += piece[..<count]
    }
    guard ferror(file) == 0 else { throw Self.fault(of: path, errno) }
    try self.init(saved: bytes)
  }

  private static func fault(_ what: String) -> StatsError {
    StatsError(
      code: .malformedFile, what: what, place: "saved model", mend: "save the model again")
  }

  private static func fault(of path: String, _ number: Int32) -> StatsError {
    StatsError(
      code: .malformedFile, what: "\"\(path)\": \(String(cString: strerror(number)))",
      place: "saved model")
  }

  /// FNV-1a of 64 bits, in hexadecimal: finds damage, proves nothing about who wrote the file.
  private static func checksum(_ bytes: [UInt8]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }

  private var savedValue: SavedValue {
    .fields([
      "name": .text(name), "target": .text(target),
      "features": .list(features.map(SavedValue.text)),
      "classes": classes.map { .list($0.map(SavedValue.text)) } ?? .null,
      "rows": .number(Double(rowCount)), "inputs": .list(inputs.map(SavedValue.text)),
      "preprocessing": .list(preprocessing.steps.map(\.savedValue)), "model": core.savedValue,
    ])
  }

  private init(_ value: SavedValue) throws(StatsError) {
    var classes: [String]?
    if try value.field("classes") != .null { classes = try value.texts("classes") }
    if let classes, classes.count < 2 { throw Self.fault("there are fewer than 2 classes") }
    var steps: [FittedPreprocessing.Step] = []
    for step in try value.list("preprocessing") { steps.append(try .init(step)) }
    let inputs = try value.texts("inputs")
    guard !inputs.isEmpty else { throw Self.fault("there are no inputs") }
    self.init(
      name: try value.text("name"), target: try value.text("target"),
      features: try value.texts("features"), classes: classes,
      rowCount: try value.whole("rows", in: 0...Int(Int32.max)), inputs: inputs,
      preprocessing: FittedPreprocessing(steps: steps),
      core: try ModelCore(
        try value.field("model"), inputCount: inputs.count, classCount: classes?.count),
      outOfBag: nil)
  }
}

extension FittedPreprocessing.Step {
  fileprivate var savedValue: SavedValue {
    var fields: [String: SavedValue] = ["column": .text(column)]
    switch work {
    case .fillNumber(let value): fields["fillNumber"] = .number(value)
    case .fillText(let text): fields["fillText"] = .text(text)
    case .scale(let shift, let scale): fields["scale"] = .numbers([shift, scale])
    case .oneHot(let levels, let isDroppingFirst, let isUnseenError):
      fields["oneHot"] = .list(levels.map(SavedValue.text))
      fields["dropsFirst"] = .bool(isDroppingFirst)
      fields["unseenIsError"] = .bool(isUnseenError)
    }
    return .fields(fields)
  }

  fileprivate init(_ value: SavedValue) throws(StatsError) {
    column = try value.text("column")
    guard case .fields(let fields) = value else { preconditionFailure("a field was read before") }
    if fields["fillNumber"] != nil {
      work = .fillNumber(try value.number("fillNumber"))
    } else if fields["fillText"] != nil {
      work = .fillText(try value.text("fillText"))
    } else if fields["scale"] != nil {
      let numbers = try value.numbers("scale", count: 2)
      work = .scale(shift: numbers[0], scale: numbers[1])
    } else {
      let levels = try value.texts("oneHot")
      guard Set(levels).count == levels.count else {
        throw StatsError(
          code: .malformedFile, what: "a level of \"\(column)\" stands twice", place: "saved model",
          mend: "save the model again")
      }
      work = .oneHot(
        levels: levels, isDroppingFirst: try value.bool("dropsFirst"),
        isUnseenError: try value.bool("unseenIsError"))
    }
  }
}
