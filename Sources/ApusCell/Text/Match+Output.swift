// The standard library makes the output of a match through existentials, which takes longer than
// the match. These do the same where every part is a piece of the text.
extension Regex.Match {
  /// The match and its captures.
  public var output: Output {
    if let output = withLayout({ $0.pieces(as: Output.self) }) { return output }
    // The standard library's own `output`, which this one hides, is behind this name.
    let itself: KeyPath<(Output, _doNotUse: ()), Output> = \.0
    return self[dynamicMember: itself]
  }

  /// The part of the match or of its captures that `keyPath` leads to.
  public subscript<Part>(dynamicMember keyPath: KeyPath<Output, Part>) -> Part {
    if Part.self == Substring.self, let offset = MemoryLayout<Output>.offset(of: keyPath),
      let piece = withLayout({ $0.piece(at: offset, of: MemoryLayout<Output>.size) })
    {
      return unsafeBitCast(piece, to: Part.self)
    }
    return output[keyPath: keyPath]
  }

  private func withLayout<Result>(_ body: (MatchLayout) -> Result?) -> Result? {
    guard MatchLayout.isKnown else { return nil }
    return withUnsafeBytes(of: self) { bytes in
      bytes.withMemoryRebound(to: MatchLayout.self) { $0.first.flatMap { body($0) } }
    }
  }
}

extension Regex.Match where Output == Substring {
  /// The match, by the name `0` that it has also where there are no captures.
  public subscript(dynamicMember keyPath: KeyPath<(Substring, _doNotUse: ()), Substring>)
    -> Substring
  {
    output
  }
}

extension MatchLayout {
  /// Gives `body` the elements if each part is a piece of the text, or, where it may be missing,
  /// an optional one, and together they are `size` bytes long, which a tuple of them is.
  private func withPieces<Result>(
    ofSize size: Int, _ body: (UnsafeBufferPointer<Element>) -> Result?
  ) -> Result? {
    guard elements.count * MemoryLayout<Substring>.stride == size,
      MemoryLayout<Substring?>.size == MemoryLayout<Substring>.size
    else { return nil }
    return elements.withUnsafeBufferPointer { elements in
      for number in elements.indices {
        if elements[number].content == nil {
          guard elements[number].optionalDepth == 1 else { return nil }
        } else {
          guard elements[number].content?.value == nil, elements[number].optionalDepth <= 1 else {
            return nil
          }
        }
      }
      return body(elements)
    }
  }

  /// The piece at `offset` of the output, whose size is given; nil if it is none.
  fileprivate func piece(at offset: Int, of size: Int) -> Substring? {
    withPieces(ofSize: size) { elements in
      let (number, rest) = offset.quotientAndRemainder(dividingBy: MemoryLayout<Substring>.stride)
      guard rest == 0, elements[number].optionalDepth == 0,
        let range = elements[number].content?.range
      else { return nil }
      return input[range]
    }
  }

  /// The output of a match all of whose parts are pieces of the text; else nil.
  fileprivate func pieces<Output>(as _: Output.Type) -> Output? {
    withPieces(ofSize: MemoryLayout<Output>.size) { elements in
      withUnsafeTemporaryAllocation(of: Output.self, capacity: 1) { output in
        guard let raw = UnsafeMutableRawPointer(output.baseAddress) else { return nil }
        for number in elements.indices {
          let place = raw + number * MemoryLayout<Substring>.stride
          let piece = elements[number].content.map { input[$0.range] }
          if elements[number].optionalDepth == 0, let piece {
            place.initializeMemory(as: Substring.self, to: piece)
          } else {
            place.initializeMemory(as: Substring?.self, to: piece)
          }
        }
        return output.baseAddress?.move()
      }
    }
  }
}
