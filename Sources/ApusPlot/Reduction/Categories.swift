package import ApusFrame

/// A column's values as numbers of a list of labels, in the order in which they first stand in the
/// frame; days, numbers and truths in their own order.
package struct Categories: Sendable {
  /// The number of each row's label; `absent` where the column is null.
  package let codes: Values<UInt32>
  /// The labels.
  package let labels: [String]
  /// A row that bears each label.
  package let rows: [Int]

  /// The code of a row without a value.
  package static let absent = UInt32.max

  package init(_ storage: ColumnStorage) {
    switch storage {
    case .string(let column):
      if let listed = column.listed {
        self.init(listed.numbers, column.validity, listed.list.names)
      } else {
        let (list, codes) = CategoryList.listing(column)
        self.init(codes, column.validity, list.names)
      }
    case .categorical(let column), .enum(let column):
      self.init(column.codes.values, column.codes.validity, column.categories.names)
    default:
      self.init(sorting: storage)
    }
  }

  /// Codes of a list, of which only the labels that occur are kept.
  private init(_ numbers: Values<UInt32>, _ validity: Bitmap?, _ names: [String]) {
    var firstRows = [Int](repeating: -1, count: names.count)
    let count = numbers.count
    let codes = Values<UInt32>(count: count) { target in
      numbers.read { source in
        for row in 0..<count {
          guard validity.map({ $0[row] }) ?? true else {
            target[row] = Categories.absent
            continue
          }
          target[row] = source[row]
          if firstRows[Int(source[row])] < 0 { firstRows[Int(source[row])] = row }
        }
      }
    }
    let used = firstRows.indices.filter { firstRows[$0] >= 0 }.sorted {
      firstRows[$0] < firstRows[$1]
    }
    var places = [UInt32](repeating: Categories.absent, count: names.count)
    for (place, number) in used.enumerated() { places[number] = UInt32(place) }
    self.codes = Values<UInt32>(count: count) { target in
      codes.read { source in
        for row in 0..<count {
          target[row] = source[row] == Categories.absent ? source[row] : places[Int(source[row])]
        }
      }
    }
    labels = used.map { names[$0] }
    rows = used.map { firstRows[$0] }
  }

  /// Values that are no texts: equal where their scalars are.
  private init(sorting storage: ColumnStorage) {
    let count = storage.count
    var firstRows: [Int] = []
    var found: [UInt32] = []
    found.reserveCapacity(count)
    if let numbers = storage.doubles {
      var places: [Double: UInt32] = [:]
      var (last, lastPlace) = (Double.nan, UInt32.max)
      for row in 0..<count {
        guard let number = numbers[row], !number.isNaN else {
          found.append(Categories.absent)
          continue
        }
        if number != last {
          last = number
          if let known = places[number] {
            lastPlace = known
          } else {
            lastPlace = UInt32(firstRows.count)
            places[number] = lastPlace
            firstRows.append(row)
          }
        }
        found.append(lastPlace)
      }
    } else {
      var places: [Scalar: UInt32] = [:]
      for row in 0..<count {
        let scalar = storage.scalar(at: row)
        if scalar == .null {
          found.append(Categories.absent)
        } else if let known = places[scalar] {
          found.append(known)
        } else {
          places[scalar] = UInt32(firstRows.count)
          found.append(UInt32(firstRows.count))
          firstRows.append(row)
        }
      }
    }
    var order = Array(firstRows.indices)
    if let numbers = storage.doubles {
      order.sort { numbers.values[firstRows[$0]] < numbers.values[firstRows[$1]] }
    }
    var ranks = [UInt32](repeating: 0, count: order.count)
    for (rank, place) in order.enumerated() { ranks[place] = UInt32(rank) }
    codes = Values(found.map { $0 == Categories.absent ? $0 : ranks[Int($0)] })
    rows = order.map { firstRows[$0] }
    labels = rows.map { PlotNumber.text(of: storage.scalar(at: $0)) }
  }

  init(codes: Values<UInt32>, labels: [String], rows: [Int]) {
    self.codes = codes
    self.labels = labels
    self.rows = rows
  }

  /// How many rows bear each label.
  package var counts: [Int] {
    var counts = [Int](repeating: 0, count: labels.count)
    codes.read { codes in
      for row in 0..<self.codes.count where codes[row] != Categories.absent {
        counts[Int(codes[row])] += 1
      }
    }
    return counts
  }

  /// The `limit` labels that most rows bear, in their order here, and one for all others, which
  /// says how many these are. As they are where there are no more than `limit`.
  package func top(_ limit: Int) -> Categories {
    guard labels.count > limit else { return self }
    let counts = counts
    let chosen = labels.indices.sorted {
      counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1]
    }.prefix(limit).sorted()
    var places = [UInt32](repeating: UInt32(limit), count: labels.count)
    for (place, code) in chosen.enumerated() { places[code] = UInt32(place) }
    let others = labels.count - limit
    let count = codes.count
    let merged = Values<UInt32>(count: count) { target in
      codes.read { codes in
        for row in 0..<count {
          let code = codes[row]
          target[row] = code == Categories.absent ? code : places[Int(code)]
        }
      }
    }
    let firstOther = labels.indices.first { places[$0] == UInt32(limit) } ?? 0
    return Categories(
      codes: merged,
      labels: chosen.map { labels[$0] } + ["\(RowTally.grouped(others)) others"],
      rows: chosen.map { rows[$0] } + [rows[firstOther]])
  }
}
