internal import ApusFrame

/// A CSV file as the source of a lazy frame: its types are guessed when it is made, and its values
/// are read when they are asked for.
struct CSVSource: ScanSource {
  let schema: Schema
  private let path: String
  private let options: CSVOptions

  init(_ path: String, options: CSVOptions) throws(FrameError) {
    self.path = path
    let text = try CSVText(
      TextFile.bytes(path, place: "LazyFrame(csv:)"), name: path, options: options)
    let layout = try CSVLayout(text, options: options)
    let guesses = try CSVColumns(layout, options: options).guessedTypes()
    var fields: [Schema.Field] = []
    for (name, guess) in zip(layout.columnNames, guesses) {
      fields.append(Schema.Field(name, options.types[name] ?? guess ?? .string))
    }
    schema = try Schema(fields, for: path)
    var known = options
    known.separator = Character(Unicode.Scalar(text.separator))
    for field in fields { known.types[field.name] = field.type }
    for name in options.types.keys.sorted() { _ = try schema.place(of: name, in: "types:") }
    self.options = known
  }

  var description: String { "csv \"\(path)\"" }

  func read(
    _ places: [Int], limit: Int?, where predicate: TypedExpr?
  ) throws(FrameError) -> DataFrame {
    let text = try CSVText(
      TextFile.bytes(path, place: "LazyFrame(csv:)"), name: path, options: options)
    var layout = try CSVLayout(text, options: options)
    guard layout.columnNames == schema.names else {
      throw FrameError(
        code: .malformedFile, what: "the file's columns have changed", place: path,
        mend: "make the lazy frame anew")
    }
    if let limit { layout = layout.prefix(limit) }
    let columns = try CSVColumns(layout, options: options, wanted: places).read()
    let frame = try DataFrame(columns: columns, rowCount: layout.rowCount)
    return limit.map { frame.head($0) } ?? frame
  }
}
