internal import ApusFrame

extension Chart.Layer {
  /// Throws when a channel's column is missing, or of a type that it cannot show.
  func check(in step: String) throws(FrameError) {
    for name in Chart.ChannelName.allCases {
      guard let channel = channels[name], let column = channel.column else { continue }
      _ = try frame.schema.place(of: column, in: step)
      guard let type = frame.schema[column] else { continue }
      if type.isNested || type == .binary {
        throw FrameError(
          code: .typeMismatch, what: "\(name): \"\(column)\" is \(type)", place: step,
          mend: "choose a column of single values")
      }
      if let aggregate = channel.aggregate, aggregate != .distinct, !type.isNumeric {
        throw FrameError(
          code: .typeMismatch,
          what: "\(name): \"\(column)\" is \(type), of which there is no \(aggregate.word)",
          place: step, mend: "choose a column of numbers, or count()")
      }
      if let bins = channel.bins {
        try check(bins, of: column, type, in: step)
      }
      if name == .size || name == .opacity || name == .theta, channel.aggregate == nil,
        !type.isNumeric
      {
        throw FrameError(
          code: .typeMismatch, what: "\(name): \"\(column)\" is \(type), not a number",
          place: step, mend: "choose a column of numbers")
      }
    }
    try checkNumbers(in: step)
  }

  private func check(
    _ bins: Chart.Bins, of column: String, _ type: DataType, in step: String
  ) throws(FrameError) {
    guard type.isNumeric else {
      throw FrameError(
        code: .typeMismatch, what: "\"\(column)\" is \(type), not a number", place: step,
        mend: "count its values: x: \"\(column)\", y: .count()")
    }
    guard bins.maximum > 0, bins.step.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw FrameError(
        code: .badValue, what: "\(bins.step ?? Double(bins.maximum)) as bins", place: step,
        mend: "ask for 1 or more, or for a width above 0")
    }
  }

  /// Marks that measure need an axis of numbers.
  private func checkNumbers(in step: String) throws(FrameError) {
    let needs: Bool
    switch mark {
    case .bar, .line, .area, .band, .box, .violin: needs = true
    case .point, .rule, .rectangle, .text, .arc, .tick: needs = false
    }
    guard needs else { return }
    let names = [Chart.ChannelName.x, .y].filter { isNumber($0) }
    if names.isEmpty || (mark != .bar && mark != .box && !isNumber(.y)) {
      let channel = channels[.y]?.column == nil ? Chart.ChannelName.x : .y
      let column = channels[channel]?.column ?? ""
      let type = frame.schema[column].map { "\($0)" } ?? "absent"
      throw FrameError(
        code: .typeMismatch, what: "\(channel): \"\(column)\" is \(type), not a number",
        place: step,
        mend: "choose a column of numbers, or count rows with \(channel): .count()")
    }
  }

  /// Whether a channel shows numbers.
  func isNumber(_ name: Chart.ChannelName) -> Bool {
    guard let channel = channels[name] else { return false }
    if channel.isAggregated { return true }
    switch channel.source {
    case .count, .number: return true
    case .text: return false
    case .column(let column):
      return !channel.isCategory && frame.schema[column]?.isNumeric == true
    }
  }
}

extension Chart.Aggregate {
  /// Its name in titles and errors.
  package var word: String {
    switch self {
    case .mean: "mean"
    case .median: "median"
    case .sum: "sum"
    case .min: "min"
    case .max: "max"
    case .standardDeviation: "standard deviation"
    case .distinct: "distinct"
    case .quantile(let share): "quantile \(PlotNumber.text(share))"
    }
  }
}
