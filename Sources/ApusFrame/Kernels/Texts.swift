/// A side of an operation on texts: a column, or one text for all rows in a column of one row.
struct TextOperand {
  let column: StringColumn
  let isConstant: Bool

  var validity: Bitmap? { isConstant ? nil : column.validity }

  /// Turns a row into the place of its text: itself, or 0 for a constant.
  @inline(__always)
  var mask: Int { isConstant ? 0 : ~0 }

  /// The texts as numbers of a list, if that has far fewer of them than there are rows.
  var fewTexts: (numbers: Values<UInt32>, list: CategoryList)? {
    isConstant ? nil : column.fewTexts
  }
}

extension StringColumn {
  /// The texts as numbers of a list, if that has far fewer of them than there are rows.
  var fewTexts: (numbers: Values<UInt32>, list: CategoryList)? {
    guard let listed, listed.list.count <= count / 4 else { return nil }
    return listed
  }
}

/// The comparison of texts by their code points.
func textComparison(
  _ operation: BinaryOperator, _ left: TextOperand, _ right: TextOperand, _ count: Int
) -> BooleanColumn {
  if right.isConstant, let (numbers, list) = left.fewTexts {
    let each = TextOperand(column: list.texts, isConstant: false)
    let answers = textComparison(operation, each, right, list.count)
    return BooleanColumn(answers.values.gathered(numbers), validity: left.validity)
  }
  if left.isConstant, let (numbers, list) = right.fewTexts {
    let each = TextOperand(column: list.texts, isConstant: false)
    let answers = textComparison(operation, left, each, list.count)
    return BooleanColumn(answers.values.gathered(numbers), validity: right.validity)
  }
  let (leftMask, rightMask) = (left.mask, right.mask)
  let bits = left.column.read { a in
    right.column.read { b in
      switch operation {
      case .equal:
        Bitmap(count: count) { a.isEqual($0 & leftMask, to: b, $0 & rightMask) }
      case .notEqual:
        Bitmap(count: count) { !a.isEqual($0 & leftMask, to: b, $0 & rightMask) }
      case .less:
        Bitmap(count: count) { a.order($0 & leftMask, b, $0 & rightMask) < 0 }
      case .lessOrEqual:
        Bitmap(count: count) { a.order($0 & leftMask, b, $0 & rightMask) <= 0 }
      case .greater:
        Bitmap(count: count) { a.order($0 & leftMask, b, $0 & rightMask) > 0 }
      case .greaterOrEqual:
        Bitmap(count: count) { a.order($0 & leftMask, b, $0 & rightMask) >= 0 }
      case .add, .subtract, .multiply, .divide, .remainder, .and, .or:
        preconditionFailure("\(operation.rawValue) is no comparison")
      }
    }
  }
  return BooleanColumn(bits, validity: Bitmap.both(left.validity, right.validity))
}

/// Each left text followed by the right one.
func joined(_ left: TextOperand, _ right: TextOperand, _ count: Int) -> StringColumn {
  let (leftMask, rightMask) = (left.mask, right.mask)
  var builder = StringColumnBuilder(rowCount: count)
  var bytes: [UInt8] = []
  left.column.read { a in
    right.column.read { b in
      for row in 0..<count {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: a.bytes(row & leftMask))
        bytes.append(contentsOf: b.bytes(row & rightMask))
        bytes.withUnsafeBufferPointer { builder.set($0, at: row) }
      }
    }
  }
  return builder.finish(validity: Bitmap.both(left.validity, right.validity))
}

/// Whether each text is one of `wanted`; null where there is none.
func textMembership(of column: StringColumn, in list: StringColumn) -> BooleanColumn {
  if let (numbers, texts) = column.fewTexts {
    let answers = textMembership(of: texts.texts, in: list)
    return BooleanColumn(answers.values.gathered(numbers), validity: column.validity)
  }
  let count = list.count
  let bits = list.read { list in
    let dictionary = TextDictionary()
    var code: UInt32 = 0
    for row in 0..<count { dictionary.encode(list, row..<(row + 1), to: &code) }
    return column.read { texts in
      Bitmap(count: column.count) { row in
        var code: UInt32 = 0
        dictionary.find(texts, row..<(row + 1), to: &code)
        return code != .max
      }
    }
  }
  return BooleanColumn(bits, validity: column.validity)
}
