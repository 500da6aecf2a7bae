@_implementationOnly import Synchronization

/// Different texts in order, and their numbers: what the rows of a categorical or enum column refer
/// to. Columns that are made from each other share it.
package final class CategoryList: Sendable {
  /// The texts, none of them null or twice.
  package let texts: StringColumn
  private let memo = Mutex(Memo())

  private struct Memo {
    var names: [String]?
    var numbers: [String: UInt32]?
    var ranks: Values<UInt32>?
  }

  /// The list of texts that are known to differ.
  package init(distinct texts: StringColumn) { self.texts = texts.asViews }

  /// The list of some texts, without those that are there before; the number of each.
  package static func listing(_ column: StringColumn) -> (CategoryList, Values<UInt32>) {
    let dictionary = TextDictionary()
    let count = column.count
    let present = column.validity.map(rowNumbers)
    let codes = column.read { texts in
      Values<UInt32>(count: count) { target in
        if let present {
          target.update(repeating: 0, count: count)
          var one: UInt32 = 0
          present.read { rows in
            for place in 0..<present.count {
              let row = Int(rows[place])
              dictionary.encode(texts, row..<(row + 1), to: &one)
              target[row] = one
            }
          }
        } else {
          for first in stride(from: 0, to: count, by: keyBatchCount) {
            let rows = first..<Swift.min(first + keyBatchCount, count)
            dictionary.encode(texts, rows, to: target + first)
          }
        }
      }
    }
    return (
      CategoryList(
        distinct: column.withValidity(nil).gathered(Values(dictionary.firstRows)).compacted),
      codes
    )
  }

  package var count: Int { texts.count }

  /// The texts as Swift's own.
  package var names: [String] {
    if let known = memo.withLock({ $0.names }) { return known }
    let names = texts.read { texts in (0..<count).map(texts.text) }
    memo.withLock { $0.names = names }
    return names
  }

  /// The number of a text, if it is in the list.
  package func number(of name: String) -> UInt32? {
    if let known = memo.withLock({ $0.numbers }) { return known[name] }
    let numbers = Dictionary(
      names.enumerated().map { ($1, UInt32($0)) }, uniquingKeysWith: { first, _ in first })
    memo.withLock { $0.numbers = numbers }
    return numbers[name]
  }

  /// The place of each text among all in the order of their code points.
  var ranks: Values<UInt32> {
    if let known = memo.withLock({ $0.ranks }) { return known }
    let count = count
    let ranks = texts.read { texts in
      let order = (0..<count).sorted { texts.order($0, texts, $1) < 0 }
      return Values<UInt32>(count: count) { target in
        for (rank, number) in order.enumerated() { target[number] = UInt32(rank) }
      }
    }
    memo.withLock { $0.ranks = ranks }
    return ranks
  }

  /// The numbers here of another list's texts; those that are missing are put behind when
  /// `isExtended`, else they get none.
  func numbers(
    of other: CategoryList, isExtended: Bool
  ) -> (list: CategoryList, numbers: [UInt32?]) {
    var added: [String] = []
    let numbers = other.names.map { name -> UInt32? in
      if let known = number(of: name) { return known }
      guard isExtended else { return nil }
      added.append(name)
      return UInt32(count + added.count - 1)
    }
    guard !added.isEmpty else { return (self, numbers) }
    return (CategoryList(distinct: StringColumn((names + added).map(Optional.some))), numbers)
  }
}

/// Texts kept as numbers of a list.
public struct DictionaryColumn: Sendable {
  /// The number of each row's text; holes hold any.
  package let codes: FixedWidthColumn<UInt32>
  package let categories: CategoryList

  package init(_ codes: FixedWidthColumn<UInt32>, _ categories: CategoryList) {
    self.codes = codes
    self.categories = categories
  }

  /// The column of texts, with the list of those that occur in the order in which they do.
  package init(_ column: StringColumn) {
    let (list, codes) = CategoryList.listing(column)
    self.init(FixedWidthColumn(codes, validity: column.validity), list)
  }

  /// How many rows there are.
  public var count: Int { codes.count }

  /// The text of a row, or `nil` when it is null.
  public subscript(row: Int) -> String? {
    codes[row].flatMap { categories.texts[Int($0)] }
  }

  /// The place of each row's text among the list's texts in their order.
  var ranks: FixedWidthColumn<UInt32> {
    guard categories.count > 0 else { return codes }
    let (ranks, limit) = (categories.ranks, UInt32(categories.count - 1))
    return ranks.read { ranks in codes.mapped { ranks[Int(Swift.min($0, limit))] } }
  }

  /// The texts.
  package var texts: StringColumn {
    guard categories.count > 0 else {
      return StringColumn(
        views: Values(repeating: .empty, count: count), heaps: [], validity: codes.validity)
    }
    let limit = UInt32(categories.count - 1)
    return StringColumn(
      numbers: codes.mapped { Swift.min($0, limit) }.values, in: categories,
      validity: codes.validity)
  }

  /// The column with the numbers of another list, which has all its texts or is extended by them.
  func recoded(into list: CategoryList) -> DictionaryColumn {
    guard list !== categories else { return self }
    let (list, numbers) = list.numbers(of: categories, isExtended: true)
    guard !numbers.isEmpty else { return DictionaryColumn(codes, list) }
    let table = numbers.map { $0 ?? 0 }
    return DictionaryColumn(
      codes.mapped { table[Swift.min(Int($0), table.count - 1)] }, list)
  }
}

extension ColumnStorage {
  /// Columns of which the categorical ones refer to one list; others are as they were.
  static func sharingCategories(_ columns: [ColumnStorage]) -> [ColumnStorage] {
    guard case .categorical(let first)? = columns.first else { return columns }
    var list = first.categories
    for column in columns {
      if case .categorical(let column) = column, column.categories !== list {
        list = list.numbers(of: column.categories, isExtended: true).list
      }
    }
    return columns.map { column in
      if case .categorical(let values) = column { return .categorical(values.recoded(into: list)) }
      return column
    }
  }
}
