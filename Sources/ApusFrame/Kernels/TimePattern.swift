/// A pattern of strftime: text and directives.
///
/// Directives: `%Y %C %y %G %g %q %m %b %B %h %d %e %j %U %W %V %u %w %a %A %F %D`, `%H %k %I %l %M
/// %S %f %.f %3f %6f %9f %.3f %.6f %.9f %p %P %R %T %r`, `%z %:z %Z %s`, `%n %t %%`. Names are
/// English.
struct TimePattern {
  enum Part: Equatable {
    case text(String)
    case directive(Character)
    /// Decimals of a second: how many, and whether a point stands before them; 0 for as many as
    /// there are.
    case fraction(digits: Int, hasPoint: Bool)
    /// The distance to UTC with a colon.
    case colonOffset
  }

  let parts: [Part]

  private static let dayDirectives = Set("YCyGgqmbBhdejUWVuwaAFD")
  private static let clockDirectives = Set("HkIlMSfpPRTr")
  private static let instantDirectives = Set("zZs")
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  static let weekdays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]

  /// The pattern, or nothing when a directive is unknown.
  init?(_ pattern: String) {
    var parts: [Part] = []
    var text = ""
    var rest = Array(pattern)[...]
    func take(_ word: String) -> Bool {
      guard rest.starts(with: Array(word)) else { return false }
      rest = rest.dropFirst(word.count)
      return true
    }
    while let next = rest.popFirst() {
      guard next == "%" else {
        text.append(next)
        continue
      }
      if take("%") {
        text += "%"
      } else if take("n") {
        text += "\n"
      } else if take("t") {
        text += "\t"
      } else {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        if take(".f") {
          parts.append(.fraction(digits: 0, hasPoint: true))
        } else if take(":z") {
          parts.append(.colonOffset)
        } else if take("f") {
          parts.append(.fraction(digits: 9, hasPoint: false))
        } else if let digits = [3, 6, 9].first(where: { take("\($0)f") }) {
          parts.append(.fraction(digits: digits, hasPoint: false))
        } else if let digits = [3, 6, 9].first(where: { take(".\($0)f") }) {
          parts.append(.fraction(digits: digits, hasPoint: true))
        } else if let letter = rest.popFirst(),
          TimePattern.dayDirectives.contains(letter) || TimePattern.clockDirectives.contains(letter)
            || TimePattern.instantDirectives.contains(letter)
        {
          parts.append(.directive(letter))
        } else {
          return nil
        }
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
    self.parts = parts
  }

  /// The pattern, or nothing when values of `type` lack a part that it asks for.
  init?(_ pattern: String, writing type: DataType) {
    self.init(pattern)
    for part in parts {
      let needs: Set<Character>
      switch part {
      case .text: continue
      case .fraction: needs = ["H"]
      case .colonOffset: needs = ["z"]
      case .directive(let letter): needs = [letter]
      }
      switch type {
      case .date: guard needs.isSubset(of: TimePattern.dayDirectives) else { return nil }
      case .time: guard needs.isSubset(of: TimePattern.clockDirectives) else { return nil }
      case .datetime(_, let zone):
        guard zone != nil || needs.isDisjoint(with: ["z", "Z"]) else { return nil }
      default: return nil
      }
    }
  }

  /// Each value written by the pattern.
  func texts(of column: ColumnStorage, step: String) throws(FrameError) -> StringColumn {
    var builder = StringColumnBuilder(rowCount: column.count)
    let zone: ZoneRules? =
      if case .datetime(_, _, let zone?) = column { try ZoneRules.named(zone, in: step) } else {
        nil
      }
    forEachPresent(column.count, column.validity) { row in
      var text = ""
      switch column.scalar(at: row) {
      case .date(let day):
        text = self.text(Datetime(day, CivilTime(nanosecondsSinceMidnight: 0)), nil)
      case .time(let time): text = self.text(Datetime(CivilDate(daysSinceEpoch: 0), time), nil)
      case .datetime(let instant): text = self.text(instant, zone)
      default: preconditionFailure("a pattern for \(column.type)")
      }
      text.withUTF8 { builder.set($0, at: row) }
    }
    return builder.finish(validity: column.validity)
  }

  private func text(_ instant: Datetime, _ zone: ZoneRules?) -> String {
    let offset = zone?.offset(at: instant.secondsSinceEpoch)
    let local = Datetime(
      secondsSinceEpoch: instant.secondsSinceEpoch + (offset?.seconds ?? 0),
      nanosecond: instant.nanosecond)
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .directive("s"): result += String(instant.secondsSinceEpoch)
      case .directive("Z"): result += offset?.name ?? ""
      case .directive("z"):
        result += ZoneRules.text(ofOffset: offset?.seconds ?? 0).filter { $0 != ":" }
      case .colonOffset: result += ZoneRules.text(ofOffset: offset?.seconds ?? 0)
      case .fraction(let digits, let hasPoint):
        if digits == 0 {
          result += fractionText(local.nanosecond)
        } else {
          result += (hasPoint ? "." : "") + padded(local.nanosecond, 9).prefix(digits)
        }
      case .directive(let letter): result += TimePattern.text(letter, local)
      }
    }
    return result
  }

  private static func text(_ letter: Character, _ local: Datetime) -> String {
    let day = Int(local.date.daysSinceEpoch)
    let (year, month, dayOfMonth) = CivilCalendar.components(ofDay: day)
    let time = local.time
    let hour12 = (time.hour + 11) % 12 + 1
    switch letter {
    case "Y": return padded(year, 4)
    case "C": return padded(flooredDivision(year, by: 100).quotient, 2)
    case "y": return padded(flooredDivision(year, by: 100).remainder, 2)
    case "G": return padded(CivilCalendar.isoWeek(day).year, 4)
    case "g": return padded(flooredDivision(CivilCalendar.isoWeek(day).year, by: 100).remainder, 2)
    case "q": return String((month - 1) / 3 + 1)
    case "m": return padded(month, 2)
    case "b", "h": return String(months[month - 1].prefix(3))
    case "B": return months[month - 1]
    case "d": return padded(dayOfMonth, 2)
    case "e": return (dayOfMonth < 10 ? " " : "") + String(dayOfMonth)
    case "j": return padded(CivilCalendar.dayOfYear(day), 3)
    case "U":
      return padded((CivilCalendar.dayOfYear(day) + 6 - CivilCalendar.weekday(day) % 7) / 7, 2)
    case "W":
      return padded((CivilCalendar.dayOfYear(day) + 7 - CivilCalendar.weekday(day)) / 7, 2)
    case "V": return padded(CivilCalendar.isoWeek(day).week, 2)
    case "u": return String(CivilCalendar.weekday(day))
    case "w": return String(CivilCalendar.weekday(day) % 7)
    case "a": return String(weekdays[CivilCalendar.weekday(day) - 1].prefix(3))
    case "A": return weekdays[CivilCalendar.weekday(day) - 1]
    case "F": return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
    case "D":
      return "\(padded(month, 2))/\(padded(dayOfMonth, 2))/\(text("y", local))"
    case "H": return padded(time.hour, 2)
    case "k": return (time.hour < 10 ? " " : "") + String(time.hour)
    case "I": return padded(hour12, 2)
    case "l": return (hour12 < 10 ? " " : "") + String(hour12)
    case "M": return padded(time.minute, 2)
    case "S": return padded(time.second, 2)
    case "p": return time.hour < 12 ? "AM" : "PM"
    case "P": return time.hour < 12 ? "am" : "pm"
    case "R": return "\(padded(time.hour, 2)):\(padded(time.minute, 2))"
    case "T":
      return "\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
    case "r":
      return "\(padded(hour12, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2)) "
        + text("p", local)
    default: preconditionFailure("%\(letter) was let through")
    }
  }
}
