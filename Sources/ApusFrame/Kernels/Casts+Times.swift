extension Casts {
  /// Days, times and lengths of time as another of these types, or as the whole numbers that they
  /// are kept as. A day with a time and a zone has the day and time of clocks there; a day becomes
  /// its midnight there. Units are made coarser by rounding down.
  func castTimes(_ column: ColumnStorage, to type: DataType) throws(FrameError) -> ColumnStorage {
    if type.isInteger {
      return try numbers(ColumnStorage.restored(column.plain, as: column.plainType), to: type)
    }
    let shown = { (row: Int) in column.scalar(at: row).shown }
    switch (column, type) {
    case (.date(let days), .datetime(let unit, let zone)):
      let rules: ZoneRules? = if let zone { try ZoneRules.named(zone, in: step) } else { nil }
      return .datetime(
        try attempted(
          days, as: type, hole: 0,
          { day in
            let local = Int(day.daysSinceEpoch) * 86_400
            return Datetime(secondsSinceEpoch: rules?.start(ofLocal: local) ?? local).ticks(unit)
          }, shown: shown), unit, zone: zone)
    case (.datetime(let ticks, let unit, let zone), .date):
      let local = try localTicks(ticks, unit, zone)
      let perDay = 86_400 * unit.ticksPerSecond
      return .date(
        local.mapped {
          CivilDate(daysSinceEpoch: Int32(clamping: flooredDivision($0, by: perDay).quotient))
        })
    case (.datetime(let ticks, let unit, let zone), .time):
      let local = try localTicks(ticks, unit, zone)
      let perDay = 86_400 * unit.ticksPerSecond
      let scale = 1_000_000_000 / unit.ticksPerSecond
      return .time(local.mapped { flooredDivision($0, by: perDay).remainder * scale })
    case (.datetime(let ticks, let unit, _), .datetime(let wanted, let zone)):
      if let zone { _ = try ZoneRules.named(zone, in: step) }
      return .datetime(
        try rescaled(ticks, unit, wanted, type, shown), wanted, zone: zone)
    case (.duration(let ticks, let unit), .duration(let wanted)):
      return .duration(try rescaled(ticks, unit, wanted, type, shown), wanted)
    default: preconditionFailure("no \(column.type) is a \(type)")
    }
  }

  /// What clocks in the zone show, in the same units.
  func localTicks(
    _ ticks: FixedWidthColumn<Int>, _ unit: TimeUnit, _ zone: String?
  ) throws(FrameError) -> FixedWidthColumn<Int> {
    guard let zone else { return ticks }
    let rules = try ZoneRules.named(zone, in: step)
    let perSecond = unit.ticksPerSecond
    return ticks.mapped { value in
      let seconds = flooredDivision(value, by: perSecond).quotient
      return value &+ rules.offset(at: seconds).seconds &* perSecond
    }
  }

  private func rescaled(
    _ ticks: FixedWidthColumn<Int>, _ unit: TimeUnit, _ wanted: TimeUnit, _ type: DataType,
    _ shown: (Int) -> String
  ) throws(FrameError) -> FixedWidthColumn<Int> {
    if unit == wanted { return ticks }
    if unit.ticksPerSecond > wanted.ticksPerSecond {
      let divisor = unit.ticksPerSecond / wanted.ticksPerSecond
      return ticks.mapped { flooredDivision($0, by: divisor).quotient }
    }
    let factor = wanted.ticksPerSecond / unit.ticksPerSecond
    return try attempted(
      ticks, as: type, hole: 0,
      { value in
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
      }, shown: shown)
  }
}

extension ZoneRules {
  /// The first instant at which clocks show a time, or the first behind a gap that swallows it.
  func start(ofLocal local: Int) -> Int {
    switch instants(ofLocal: local) {
    case .one(let seconds), .two(let seconds, _): return seconds
    case .none(let shifted): return shifted
    }
  }
}

extension ColumnStorage {
  /// The type of numbers that the plain values have.
  var plainType: DataType {
    switch plain {
    case .bits: .bool
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .int128: .decimal(precision: 38, scale: 0)
    case .float32: .float32
    case .float64: .float64
    case .texts: .string
    }
  }
}
