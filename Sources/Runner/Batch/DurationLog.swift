internal import OrderedJSON

/// How long notebooks took the last time, kept in the user's cache.
package struct DurationLog: Sendable {
  private static let capacity = 20_000
  private static var path: String { ResultCache.folder + "/durations.json" }

  private var seconds: JSONObject

  /// The log of this user; empty where there is none.
  package init() {
    let bytes = Storage.contentsIfAny(of: Self.path) ?? []
    seconds = (try? JSONParser.parse(bytes))?.object ?? [:]
  }

  /// How long `request` took the last time.
  package func duration(of request: RunRequest) -> Duration? {
    seconds[Self.key(request.input, request.label)]?.double.map { .seconds($0) }
  }

  /// Notes how long the runs of `reports` took, those that came to their end.
  package static func note(_ reports: [RunReport]) {
    // Read again: another batch may have written meanwhile.
    var log = DurationLog()
    for report in reports where report.failure == nil && report.origin == .ran {
      let key = key(report.input, report.label)
      log.seconds[key] = nil
      let milliseconds = (report.duration / .milliseconds(1)).rounded()
      log.seconds[key] = .number(milliseconds / 1000)
    }
    var members = Array(log.seconds)
    if members.count > capacity { members.removeFirst(members.count - capacity) }
    let json = JSON.object(JSONObject(members.map { ($0.key, $0.value) }))
    Storage.writeIfPossible(JSONWriter(indent: 0).bytes(of: json), to: path)
  }

  private static func key(_ input: RunRequest.Location, _ label: String?) -> String {
    let path: String
    switch input {
    case .file(let given): path = Storage.absolute(given)
    case .standard: path = "-"
    }
    return path + (label.map { "#\($0)" } ?? "")
  }
}
