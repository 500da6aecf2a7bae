/// Texts that are kept as numbers of a list: put together, and brought to one list.

/// Columns of texts one behind the other, as numbers of one list, when all are kept as such and the
/// lists are short for so many rows; else nothing.
func joinedListedTexts(
  _ parts: [StringColumn], validity: Bitmap?
) throws(FrameError) -> StringColumn? {
  var lists: [CategoryList] = []
  var places: [Int] = []
  for part in parts {
    guard let (_, list) = part.listed else { return nil }
    if let known = lists.firstIndex(where: { $0 === list }) {
      places.append(known)
    } else {
      // Many lists would cost more than they save.
      guard lists.count < 1 << 10 else { return nil }
      places.append(lists.count)
      lists.append(list)
    }
  }
  let numbers = parts.compactMap { $0.listed?.numbers }
  if lists.count == 1 {
    return StringColumn(numbers: try joinedValues(numbers), in: lists[0], validity: validity)
  }
  let rowCount = parts.reduce(0) { $0 + $1.count }
  guard lists.reduce(0, { $0 + $1.count }) <= rowCount / 2 else { return nil }
  let (list, renumbered) = CategoryList.merged(lists.map(\.texts))
  let starts = starts(numbers.map(\.count))
  let joined = try Values<UInt32>(count: rowCount) { target throws(FrameError) in
    try inParallel(parts.count) { part throws(FrameError) in
      let target = target + starts[part]
      renumbered[places[part]].read { renumbered in
        numbers[part].read { source in
          for row in 0..<numbers[part].count { target[row] = renumbered[Int(source[row])] }
        }
      }
    }
  }
  return StringColumn(numbers: joined, in: list, validity: validity)
}

extension CategoryList {
  /// The different ones among texts of several columns without nulls, in the order in which they come
  /// first, and the number of each column's texts.
  package static func merged(
    _ columns: [StringColumn]
  ) -> (list: CategoryList, numbers: [Values<UInt32>]) {
    var builder = StringColumnBuilder(rowCount: columns.reduce(0) { $0 + $1.count })
    var start = 0
    for column in columns {
      column.read { texts in
        for row in 0..<column.count { builder.set(texts.bytes(row), at: start + row) }
      }
      start += column.count
    }
    let (list, numbers) = listing(builder.finish())
    var end = 0
    let parts = columns.map { column in
      defer { end += column.count }
      return numbers.sliced(end..<(end + column.count))
    }
    return (list, parts)
  }
}

extension ColumnStorage {
  /// Two key columns of texts as categories of one list, if one of them is kept as numbers of a list
  /// and the texts of the other are cheap to look up there; else as they are.
  static func sharingTexts(
    _ left: ColumnStorage, _ right: ColumnStorage
  ) -> (left: ColumnStorage, right: ColumnStorage) {
    guard case .string(let a) = left, case .string(let b) = right else { return (left, right) }
    switch (a.listed, b.listed) {
    case (let one?, let other?):
      if one.list === other.list { return (a.asCategories ?? left, b.asCategories ?? right) }
      let (list, numbers) = CategoryList.merged([one.list.texts, other.list.texts])
      return (
        .categorical(a.renumbered(one.numbers, numbers[0], list)),
        .categorical(b.renumbered(other.numbers, numbers[1], list))
      )
    case (let one?, nil) where one.list.count <= a.count / 4 && b.count <= a.count / 4:
      let (list, numbers) = CategoryList.merged([one.list.texts, b.withValidity(nil)])
      return (
        .categorical(a.renumbered(one.numbers, numbers[0], list)),
        .categorical(
          DictionaryColumn(FixedWidthColumn(numbers[1], validity: b.validity), list))
      )
    case (nil, let other?) where other.list.count <= b.count / 4 && a.count <= b.count / 4:
      let (right, left) = sharingTexts(right, left)
      return (left, right)
    default: return (left, right)
    }
  }
}

extension Values<UInt32> {
  /// Whether each number is its own place: to look numbers up here changes none.
  package var areOwnPlaces: Bool { (0..<count).allSatisfy { Int(self[$0]) == $0 } }
}

extension StringColumn {
  /// The column as categories of the list, where texts are kept as its numbers.
  var asCategories: ColumnStorage? {
    guard let (numbers, list) = listed else { return nil }
    return .categorical(DictionaryColumn(FixedWidthColumn(numbers, validity: validity), list))
  }

  /// Numbers of a list as those that its texts have in another.
  fileprivate func renumbered(
    _ numbers: Values<UInt32>, _ table: Values<UInt32>, _ list: CategoryList
  ) -> DictionaryColumn {
    let found = table.areOwnPlaces ? numbers : table.gathered(numbers)
    return DictionaryColumn(FixedWidthColumn(found, validity: validity), list)
  }
}
