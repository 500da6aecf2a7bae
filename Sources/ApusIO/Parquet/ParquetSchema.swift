internal import ApusFrame

/// A column of stored values.
struct ParquetLeaf: Sendable {
  var name: String
  var physical: ParquetPhysical
  var typeLength: Int
  var maxDefinition: Int
  /// Which chunk of a row group holds it.
  var place: Int
  var layout: ParquetLayout
  var type: DataType
}

/// The columns of a Parquet file, as its metadata's tree says.
struct ParquetSchema: Sendable {
  let leaves: [ParquetLeaf]
  /// How many chunks a row group has.
  var chunkCount: Int { leaves.count }

  /// How deep groups may lie in one another.
  private static let depthLimit = 100

  /// The columns of `elements`; `path` names the file in errors.
  init(_ elements: [ParquetElement], path: String) throws(FrameError) {
    guard let root = elements.first, root.childCount >= 0, root.childCount < elements.count else {
      throw ParquetSchema.damaged("the schema has no root", path)
    }
    var leaves: [ParquetLeaf] = []
    leaves.reserveCapacity(root.childCount)
    var next = 1
    for _ in 0..<root.childCount {
      guard next < elements.count else {
        throw ParquetSchema.damaged("the schema ends early", path)
      }
      let element = elements[next]
      guard let physical = element.physical, element.childCount == 0,
        element.repetition != .repeated
      else {
        throw FrameError(
          code: .malformedFile, what: "column \"\(element.name)\" holds lists or structs",
          place: path, mend: "read the file without that column; nested columns are not read yet")
      }
      next += 1
      let (type, layout) = try ParquetSchema.type(of: element, physical, path)
      leaves.append(
        ParquetLeaf(
          name: element.name, physical: physical, typeLength: element.typeLength,
          maxDefinition: element.repetition == .optional ? 1 : 0, place: leaves.count,
          layout: layout, type: type))
    }
    self.leaves = leaves
  }

  /// What a column is in memory, and how it is made of what is stored.
  private static func type(
    of element: ParquetElement, _ physical: ParquetPhysical, _ path: String
  ) throws(FrameError) -> (DataType, ParquetLayout) {
    guard physical != .fixedByteArray || (element.typeLength >= 0 && element.typeLength < 1 << 28)
    else {
      throw damaged("column \"\(element.name)\" has values of \(element.typeLength) bytes", path)
    }
    switch (physical, element.logical) {
    case (.boolean, _): return (.bool, .bool)
    case (.int32, .date?): return (.date, .fixed(width: 4, .copy))
    case (.int32, .integer(_, isSigned: false)?):
      return (.int64, .fixed(width: 8, .unsigned32To64))
    case (.int32, nil), (.int32, .integer?): return (.int64, .fixed(width: 8, .signed32To64))
    case (.int64, nil), (.int64, .integer(_, isSigned: true)?):
      return (.int64, .fixed(width: 8, .copy))
    case (.float, _): return (.float64, .fixed(width: 8, .floatToDouble))
    case (.double, _): return (.float64, .fixed(width: 8, .copy))
    case (.byteArray, .string?), (.byteArray, .enumeration?), (.byteArray, .json?),
      (.byteArray, nil):
      return (.string, .text(isUTF8: true))
    default:
      throw FrameError(
        code: .malformedFile,
        what: "column \"\(element.name)\" holds values of a kind that is not read",
        place: path, mend: "read the file without that column")
    }
  }

  private static func damaged(_ what: String, _ path: String) -> FrameError {
    FrameError(code: .malformedFile, what: what, place: path, mend: "get the file anew")
  }
}
