package import Notebooks
internal import OrderedJSON

extension RunPolicy {
  /// This policy with what `notebook` says of itself: `metadata.apus`, and nbmake's
  /// `metadata.execution` (`timeout`, `allow_errors`). What a notebook says wins over the run's.
  package func overridden(by notebook: Notebook) throws(RunError) -> RunPolicy {
    var policy = self
    let place = "the notebook's metadata"
    if let execution = notebook.metadata["execution"]?.object {
      policy.cellTimeout =
        try MetadataValue.seconds(execution["timeout"], "execution.timeout", at: place)
        ?? policy.cellTimeout
      if let allows = execution["allow_errors"]?.bool { policy.allowsErrors = allows }
    }
    guard let own = notebook.metadata["apus"] else { return policy }
    guard let own = own.object else {
      throw RunError(.invalidNotebook, "\"apus\" is not an object", at: place)
    }
    func seconds(_ key: String) throws(RunError) -> Duration? {
      try MetadataValue.seconds(own[key], "apus.\(key)", at: place)
    }
    policy.cellTimeout = try seconds("timeout") ?? policy.cellTimeout
    policy.notebookTimeout = try seconds("notebook_timeout") ?? policy.notebookTimeout
    policy.silenceTimeout = try seconds("silence_timeout") ?? policy.silenceTimeout
    policy.startTimeout = try seconds("start_timeout") ?? policy.startTimeout
    policy.retryDelay = try seconds("retry_delay") ?? policy.retryDelay
    policy.cpuLimit = try seconds("cpu_limit") ?? policy.cpuLimit
    policy.retries = try MetadataValue.count(own["retries"], "apus.retries", at: place) ?? retries
    if let limit = own["memory_limit"] {
      guard let bytes = limit.int ?? limit.string.flatMap(ByteCount.init)?.value, bytes > 0 else {
        throw RunError(
          .invalidNotebook, "\"apus.memory_limit\" is no number of bytes", at: place,
          mend: "write \"2G\", \"500M\" or a number")
      }
      policy.memoryLimit = bytes
    }
    if let allows = own["allow_errors"]?.bool { policy.allowsErrors = allows }
    return policy
  }
}

/// Values of metadata that a run relies on.
enum MetadataValue {
  /// A number of seconds above 0; nbclient's -1 and `null` mean "none".
  static func seconds(
    _ json: JSON?, _ key: String, at place: String
  ) throws(RunError) -> Duration? {
    guard let json, !json.isNull, json.int != -1 else { return nil }
    guard let value = json.double, value > 0, value < 1e9 else {
      throw RunError(
        .invalidNotebook, "\"\(key)\" is no number of seconds above 0", at: place)
    }
    return .seconds(value)
  }

  static func count(_ json: JSON?, _ key: String, at place: String) throws(RunError) -> Int? {
    guard let json, !json.isNull else { return nil }
    guard let value = json.int, (0...1000).contains(value) else {
      throw RunError(.invalidNotebook, "\"\(key)\" is no count from 0 to 1000", at: place)
    }
    return value
  }
}

/// A number of bytes as people write it.
package struct ByteCount: Sendable {
  package let value: Int

  /// `512M`, `2G`, `1.5GiB`, `100000`; K, M and G are powers of 1024.
  package init?(_ text: String) {
    guard let match = text.wholeMatch(of: /([0-9]+(?:\.[0-9]+)?)\s*([kKmMgGtT]?)(?:i?[bB])?/),
      let number = Double(match.1)
    else { return nil }
    let powers = ["": 0, "k": 10, "m": 20, "g": 30, "t": 40]
    let bytes = number * Double(1 << (powers[match.2.lowercased()] ?? 0))
    guard bytes >= 1, bytes < 1e18 else { return nil }
    value = Int(bytes)
  }

  /// The number in words of three digits.
  package static func text(_ bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["B", "KiB", "MiB", "GiB"] {
      if value < 1024 {
        let tenths = Int((value * 10).rounded())
        return unit == "B" || value >= 100
          ? "\(Int(value.rounded())) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
      }
      value /= 1024
    }
    return "\(Int(value.rounded())) TiB"
  }
}
