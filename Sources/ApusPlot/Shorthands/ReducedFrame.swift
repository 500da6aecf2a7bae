internal import ApusFrame

extension DataFrame {
  /// The columns of these names, of some rows, in their order.
  func rows(_ rows: [Int], of names: [String]) throws(FrameError) -> DataFrame {
    let chosen = Values(rows.map { UInt32($0) })
    var columns: [AnyColumn] = []
    for name in names where !columns.contains(where: { $0.name == name }) {
      let place = try schema.place(of: name, in: "a chart")
      columns.append(AnyColumn(name: name, self.columns[place].gathered(chosen)))
    }
    return try DataFrame(columns: columns)
  }

  /// The column, in which the `limit` most frequent values stay and the others have become one; as it
  /// is where it has no more than that.
  func capped(_ name: String, to limit: Int, in step: String) throws(FrameError) -> AnyColumn {
    let storage = columns[try schema.place(of: name, in: step)]
    try ask(storage.type, isCategoryOf: name, in: step)
    let categories = Categories(storage)
    guard categories.labels.count > limit else { return AnyColumn(name: name, storage) }
    return categories.top(limit).column(name)
  }

  /// Categories of a column, for a chart that is made in `step`.
  func categories(_ name: String, in step: String) throws(FrameError) -> Categories {
    let storage = columns[try schema.place(of: name, in: step)]
    try ask(storage.type, isCategoryOf: name, in: step)
    return Categories(storage)
  }

  private func ask(
    _ type: DataType, isCategoryOf name: String, in step: String
  ) throws(FrameError) {
    switch type {
    case .list, .struct, .binary:
      throw FrameError(
        code: .typeMismatch, what: "\"\(name)\" is \(type), not a category", place: step,
        mend: "choose a column of single values")
    default: return
    }
  }

  /// The names of all columns of numbers.
  var numberNames: [String] {
    schema.fields.filter { $0.type.isNumeric }.map(\.name)
  }
}

extension Categories {
  /// The labels as a column of texts, null where there is none.
  func column(_ name: String) -> AnyColumn {
    let count = codes.count
    guard !labels.isEmpty else {
      return AnyColumn(name: name, AnyColumn([String?](repeating: nil, count: count)))
    }
    let validity = codes.read { codes in
      Bitmap(count: count) { codes[$0] != Categories.absent }
    }
    let numbers = Values<UInt32>(count: count) { target in
      codes.read { codes in
        for row in 0..<count { target[row] = codes[row] == Categories.absent ? 0 : codes[row] }
      }
    }
    let list = CategoryList(distinct: StringColumn(labels.map(Optional.some)))
    return AnyColumn(
      name: name, .string(StringColumn(numbers: numbers, in: list, validity: validity)))
  }
}

extension Chart {
  /// The chart with a line below that says how many rows it stands for.
  func standing(for tally: RowTally) -> Chart { caption(tally.note) }

  /// The error of a picture for which there are no numbers.
  static func noNumbers(_ column: String, _ step: String, need: Int = 1) -> FrameError {
    FrameError(
      code: .badValue,
      what: need > 1
        ? "\"\(column)\" has fewer than \(need) finite numbers"
        : "\"\(column)\" has no finite number",
      place: step, mend: "choose another column, or fill its holes first")
  }
}

/// `name`, or where a column is called so already the name with a mark behind it.
func free(_ name: String, beside taken: String?...) -> String {
  taken.contains(name) ? free(name + "′", beside: taken) : name
}

private func free(_ name: String, beside taken: [String?]) -> String {
  taken.contains(name) ? free(name + "′", beside: taken) : name
}

/// How many categories a shorthand shows before it makes the rarest one.
let categoryLimit = 30
/// How many groups get a colour of their own.
let colorLimit = 10
