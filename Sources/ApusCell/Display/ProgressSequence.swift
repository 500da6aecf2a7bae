/// Shows a bar while a sequence is gone through.
///
///     for file in progress(files, "Reading") { … }
///
/// The bar counts towards `underestimatedCount`, the exact count of every collection; of other
/// sequences it shows how many elements have passed. It is redrawn ten times a second at most.
public func progress<Base: Sequence>(_ base: Base, _ label: String = "") -> ProgressSequence<Base> {
  ProgressSequence(base: base, label: label)
}

/// A sequence that shows how far it has been gone through.
///
/// Not named `Progress`: that is a class of Foundation.
public struct ProgressSequence<Base: Sequence>: Sequence {
  let base: Base
  let label: String

  /// Goes through the elements of the sequence; the bar appears with the first of them.
  public struct Iterator: IteratorProtocol {
    var base: Base.Iterator
    var meter: ProgressMeter

    /// The next element.
    public mutating func next() -> Base.Element? {
      let element = base.next()
      meter.step(isEnd: element == nil)
      return element
    }
  }

  /// Starts at the first element, with a bar of its own.
  public func makeIterator() -> Iterator {
    let total = base.underestimatedCount
    return Iterator(
      base: base.makeIterator(), meter: ProgressMeter(label: label, total: total))
  }

  /// The count of the sequence, as far as it knows it.
  public var underestimatedCount: Int { base.underestimatedCount }
}

/// What a progress bar knows and when it draws.
struct ProgressMeter {
  static let interval = Duration.milliseconds(100)

  let label: String
  let total: Int
  let start = ContinuousClock.now
  private let id = "progress-\(UInt64.random(in: .min ... .max))"
  private var done = -1  // elements that the loop has finished with
  private var nextDrawing: ContinuousClock.Instant?

  init(label: String, total: Int) {
    self.label = label
    self.total = total
  }

  mutating func step(isEnd: Bool) {
    done += 1
    let now = ContinuousClock.now
    if let nextDrawing, now < nextDrawing, !isEnd { return }
    let isUpdate = nextDrawing != nil
    nextDrawing = now + Self.interval
    Notebook.show(
      bundle(done: done, isEnd: isEnd, elapsed: now - start), id: id, isUpdate: isUpdate)
  }

  func bundle(done: Int, isEnd: Bool, elapsed: Duration) -> DisplayBundle {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let time = "\((seconds * 10).rounded() / 10) s"
    // A sequence may be longer than it said.
    let isCounted = total > 0 && done <= total
    let count = isCounted ? "\(done)/\(total)" : "\(done)"
    let percent = isCounted ? " \(done * 100 / total)%" : ""
    let name = label.isEmpty ? "" : "\(label): "
    let state = isCounted ? "value=\"\(done)\" max=\"\(total)\"" : isEnd ? "value=\"1\"" : ""
    return [
      .plainText: .text("\(name)\(count)\(percent), \(time)"),
      .html: .text(
        "\(Self.escaped(name))<progress \(state)></progress> \(count)\(percent), \(time)"),
    ]
  }

  private static func escaped(_ text: String) -> String {
    var output = ""
    for character in text {
      switch character {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      default: output.append(character)
      }
    }
    return output
  }
}
