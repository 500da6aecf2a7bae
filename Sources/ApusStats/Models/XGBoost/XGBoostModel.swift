@_implementationOnly import Glibc

/// How XGBoost grows its trees.
public struct XGBoostOptions: Sendable, Equatable {
  /// How many rounds.
  public var roundCount = 100
  /// What part of each tree's answer counts (`eta`).
  public var learningRate = 0.3
  /// How deep a tree may be (`max_depth`).
  public var depthLimit = 6
  /// The weight of the squared leaf values (`lambda`).
  public var l2 = 1.0
  /// What the random numbers begin with.
  public var seed = 0
  /// Other parameters by XGBoost's own names, such as `["subsample": "0.8"]`; they count over the
  /// others.
  public var parameters: [String: String] = [:]

  /// XGBoost's own defaults, and 100 rounds.
  public init() {}

  /// Rounds, rate and depth; everything else by default.
  public init(roundCount: Int, learningRate: Double = 0.3, depthLimit: Int = 6) {
    self.roundCount = roundCount
    self.learningRate = learningRate
    self.depthLimit = depthLimit
  }
}

/// A booster as the bytes of XGBoost's own JSON.
struct XGBoostModel: Sendable, Equatable {
  let json: [UInt8]
  /// How many numbers a prediction has: 1, or one for each class.
  let width: Int
  let featureCount: Int

  private typealias Library = XGBoostLibrary

  static func fit(
    _ table: FeatureTable, _ target: LearningTarget, options: XGBoostOptions, in place: String
  ) throws -> XGBoostModel {
    guard options.roundCount >= 1 else {
      throw StatsError(
        code: .badOption, what: "roundCount \(options.roundCount) is below 1", place: place)
    }
    try table.requireNoInfinity(in: place)
    var parameters = [
      "eta": "\(options.learningRate)", "max_depth": "\(options.depthLimit)",
      "lambda": "\(options.l2)", "seed": "\(options.seed)", "tree_method": "hist",
      "verbosity": "0",
    ]
    let labels: [Float]
    var width = 1
    switch target {
    case .numbers(let values):
      labels = values.map { Float($0) }
      parameters["objective"] = "reg:squarederror"
    case .classes(let classes):
      labels = classes.codes.map { Float($0) }
      width = classes.labels.count
      parameters["objective"] = width == 2 ? "binary:logistic" : "multi:softprob"
      if width > 2 { parameters["num_class"] = "\(width)" }
    }
    parameters.merge(options.parameters) { $1 }
    let matrix = try Matrix(table, place)
    defer { matrix.free() }
    try matrix.set(labels: labels, place)
    let booster = try Booster(matrix, place)
    defer { booster.free() }
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      try booster.set(name, value, place)
    }
    let update = try Library.function("XGBoosterUpdateOneIter", as: Library.Update.self, in: place)
    for round in 0..<options.roundCount {
      try Library.check(update(booster.handle, Int32(round), matrix.handle), in: place)
    }
    return XGBoostModel(
      json: try booster.saved(place), width: width, featureCount: table.columns.count)
  }

  /// Numbers, or chances of classes, row by row.
  func predict(_ table: FeatureTable, in place: String) throws -> [Double] {
    try table.requireNoInfinity(in: place)
    guard table.rowCount > 0 else { return [] }
    let matrix = try Matrix(table, place)
    defer { matrix.free() }
    let booster = try Booster(nil, place)
    defer { booster.free() }
    try booster.load(json, place)
    let numbers = try booster.predict(matrix, place)
    let wanted = table.rowCount * (width == 2 ? 1 : width)
    guard numbers.count == wanted else {
      throw StatsError(
        code: .malformedFile,
        what: "XGBoost gave \(numbers.count) numbers for \(wanted) that are needed", place: place)
    }
    return width == 2 ? ModelCore.bothChances(numbers) : numbers
  }

  /// Rows of XGBoost's own.
  private struct Matrix {
    let handle: Library.Handle
    private let release: Library.Free

    init(_ table: FeatureTable, _ place: String) throws(StatsError) {
      let create = try Library.function(
        "XGDMatrixCreateFromMat", as: Library.CreateMatrix.self, in: place)
      release = try Library.function("XGDMatrixFree", as: Library.Free.self, in: place)
      let numbers = table.rowMajor.map { Float($0) }
      var handle: Library.Handle = nil
      try Library.check(
        create(numbers, UInt64(table.rowCount), UInt64(table.columns.count), .nan, &handle),
        in: place)
      self.handle = handle
    }

    func set(labels: [Float], _ place: String) throws(StatsError) {
      let set = try Library.function("XGDMatrixSetFloatInfo", as: Library.SetFloats.self, in: place)
      try Library.check(set(handle, "label", labels, UInt64(labels.count)), in: place)
    }

    // Freeing fails for no handle at all only.
    func free() { _ = release(handle) }
  }

  /// A booster of XGBoost's own.
  private struct Booster {
    let handle: Library.Handle
    private let release: Library.Free

    init(_ matrix: Matrix?, _ place: String) throws(StatsError) {
      let create = try Library.function("XGBoosterCreate", as: Library.Create.self, in: place)
      release = try Library.function("XGBoosterFree", as: Library.Free.self, in: place)
      var handle: Library.Handle = nil
      let matrices = matrix.map { [$0.handle] } ?? []
      try Library.check(create(matrices, UInt64(matrices.count), &handle), in: place)
      self.handle = handle
    }

    func set(_ name: String, _ value: String, _ place: String) throws(StatsError) {
      let set = try Library.function("XGBoosterSetParam", as: Library.SetParameter.self, in: place)
      try Library.check(set(handle, name, value), in: place)
    }

    func saved(_ place: String) throws(StatsError) -> [UInt8] {
      let save = try Library.function(
        "XGBoosterSaveModelToBuffer", as: Library.Save.self, in: place)
      var count: UInt64 = 0
      var bytes: UnsafePointer<CChar>?
      try Library.check(save(handle, "{\"format\": \"json\"}", &count, &bytes), in: place)
      return UnsafeBufferPointer(start: bytes, count: Int(count)).map { UInt8(bitPattern: $0) }
    }

    func load(_ json: [UInt8], _ place: String) throws(StatsError) {
      let load = try Library.function(
        "XGBoosterLoadModelFromBuffer", as: Library.Load.self, in: place)
      let result = json.withUnsafeBytes { bytes in
        bytes.baseAddress.map { load(handle, $0, UInt64(bytes.count)) } ?? -1
      }
      try Library.check(result, in: place)
    }

    func predict(_ matrix: Matrix, _ place: String) throws(StatsError) -> [Double] {
      let predict = try Library.function("XGBoosterPredict", as: Library.Predict.self, in: place)
      var count: UInt64 = 0
      var numbers: UnsafePointer<Float>?
      try Library.check(
        predict(handle, matrix.handle, 0, 0, 0, &count, &numbers), in: place)
      return UnsafeBufferPointer(start: numbers, count: Int(count)).map { Double($0) }
    }

    func free() { _ = release(handle) }
  }
}
