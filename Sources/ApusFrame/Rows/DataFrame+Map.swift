// Closures over the values of columns. The loops are here, compiled for the types that they are
// about, so that a call costs what the closure does.

extension DataFrame {
  /// The frame with a further column of what `body` makes of each number; null stays null. Whole
  /// numbers are given as floating-point ones.
  ///
  ///     try frame.map("x", Double.self, as: "y") { $0 * $0 }
  public func map(
    _ column: String, _ type: Double.Type, as name: String, _ body: (Double) -> Double
  ) throws(FrameError) -> DataFrame {
    let values = try self[column, as: type].vector
    return try with(column: .float64(values.mappedPresent(0, body)), as: name)
  }

  /// The frame with a further column of what `body` makes of each whole number; null stays null.
  public func map(
    _ column: String, _ type: Int.Type, as name: String, _ body: (Int) -> Int
  ) throws(FrameError) -> DataFrame {
    let values = try self[column, as: type].vector
    return try with(column: .int64(values.mappedPresent(0, body)), as: name)
  }

  /// The frame with a further column of what `body` makes of each text; null stays null.
  public func map(
    _ column: String, _ type: String.Type, as name: String, _ body: (String) -> String
  ) throws(FrameError) -> DataFrame {
    let texts = try self[column, as: type].vector
    var builder = StringColumnBuilder(rowCount: texts.count)
    texts.read { reader in
      forEachPresent(texts.count, texts.validity) { row in
        var text = body(reader.text(row))
        text.withUTF8 { builder.set($0, at: row) }
      }
    }
    return try with(column: .string(builder.finish(validity: texts.validity)), as: name)
  }

  /// The frame with a further column of what `body` makes of the numbers of two columns; null where
  /// either is.
  public func map(
    _ left: String, _ right: String, _ type: Double.Type, as name: String,
    _ body: (Double, Double) -> Double
  ) throws(FrameError) -> DataFrame {
    let (a, b) = (try self[left, as: type].vector, try self[right, as: type].vector)
    let validity = Bitmap.both(a.validity, b.validity)
    let values = Values<Double>(count: rowCount) { target in
      target.update(repeating: 0, count: rowCount)
      a.values.read { x in
        b.values.read { y in
          forEachPresent(rowCount, validity) { row in target[row] = body(x[row], y[row]) }
        }
      }
    }
    return try with(column: .float64(FixedWidthColumn(values, validity: validity)), as: name)
  }

  /// The frame with a further column of what `body` makes of each value, or of null, in any types
  /// that columns have.
  public func map<Value: ColumnElement, Result: ColumnElement>(
    _ column: String, _ type: Value.Type, as name: String, _ body: (Value?) -> Result?
  ) throws(FrameError) -> DataFrame {
    let values = try self[column, as: type]
    return try with(column: Result.column(of: values.map(body)).storage, as: name)
  }

  /// The frame with a column put in the place of the one of its name, or behind all.
  private func with(column: ColumnStorage, as name: String) throws(FrameError) -> DataFrame {
    var columns = zip(schema.names, self.columns).map { AnyColumn(name: $0, $1) }
    let made = AnyColumn(name: name, column)
    if let place = schema.index(of: name) { columns[place] = made } else { columns.append(made) }
    return try DataFrame(columns: columns)
  }
}

extension FixedWidthColumn {
  /// What `body` makes of the values that are present.
  fileprivate func mappedPresent(
    _ hole: Element, _ body: (Element) -> Element
  ) -> FixedWidthColumn {
    let count = count
    return FixedWidthColumn(
      Values(count: count) { target in
        target.update(repeating: hole, count: count)
        values.read { source in
          forEachPresent(count, validity) { target[$0] = body(source[$0]) }
        }
      }, validity: validity)
  }
}

extension Column where Value.Vector == FixedWidthColumn<Value> {
  /// Lets `body` read the values where they lie; what stands under a null has no meaning, and `isNull`
  /// tells which rows are.
  public func withValues<Result>(
    _ body: (_ values: UnsafeBufferPointer<Value>, _ isNull: (Int) -> Bool) throws -> Result
  ) rethrows -> Result {
    let validity = vector.validity
    return try vector.values.read { start in
      try body(UnsafeBufferPointer(start: start, count: count)) { row in
        !(validity?[row] ?? true)
      }
    }
  }
}
