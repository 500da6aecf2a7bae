/// The names under which the columns of a layer stand in its rows.
struct FieldKeys {
  struct Entry {
    var key: String
    var field: Field
    /// Whether categories stand as numbers, for marks between them.
    var isPlace: Bool
    var texts: [String]?
  }

  private(set) var entries: [Entry] = []
  private var byChannel: [Chart.ChannelName: String] = [:]
  private(set) var tooltips: [String] = []
  private(set) var theta2 = ""
  private(set) var text = ""
  private(set) var series: String?

  init(_ view: View, _ layer: MarkLayer) {
    for name in Chart.ChannelName.allCases where !layer.constants.contains(name) {
      guard let field = layer[name], name != .text else { continue }
      let scale = name == .x || name == .x2 ? view.x : name == .y || name == .y2 ? view.y : nil
      byChannel[name] = add(field, isPlace: scale?.kind == .slots)
    }
    if let theta2 = layer.theta2 { self.theta2 = add(theta2, isPlace: false) }
    if let words = layer[.text] {
      text = free("text")
      var texts: [String] = []
      for row in 0..<layer.count { texts.append(words.text(row)) }
      entries.append(Entry(key: text, field: words, isPlace: false, texts: texts))
    }
    if layer.kind == .area, layer.isHorizontal {
      let key = free("area")
      entries.append(
        Entry(
          key: key,
          field: Field(
            name: key, title: key, kind: .whole, values: layer.series.map { Double($0) }),
          isPlace: false))
      series = key
    }
    // Lines have one hint a line, which a row cannot have.
    guard layer.kind != .line, layer.kind != .area else { return }
    for field in layer.tooltips { tooltips.append(add(field, isPlace: false)) }
  }

  func key(_ name: Chart.ChannelName) -> String { byChannel[name] ?? "" }

  private mutating func add(_ field: Field, isPlace: Bool) -> String {
    let known = entries.first {
      $0.field.name == field.name && $0.isPlace == isPlace && $0.texts == nil
        && $0.field.isSame(as: field)
    }
    if let known { return known.key }
    let key = free(field.name)
    entries.append(Entry(key: key, field: field, isPlace: isPlace))
    return key
  }

  /// A name that no other column has, without the signs that lead into objects in Vega.
  private func free(_ name: String) -> String {
    var plain = String(name.map { ".[]\\'\"".contains($0) ? "_" : $0 })
    if plain.isEmpty { plain = "value" }
    var key = plain
    var number = 2
    while entries.contains(where: { $0.key == key }) {
      key = "\(plain) \(number)"
      number += 1
    }
    return key
  }
}

extension Field {
  /// Whether both have the same values; holes are alike.
  fileprivate func isSame(as other: Field) -> Bool {
    guard kind == other.kind, values.count == other.values.count, categories == other.categories
    else { return false }
    for (left, right) in zip(values, other.values) where left != right {
      if !(left.isNaN && right.isNaN) { return false }
    }
    return true
  }
}
