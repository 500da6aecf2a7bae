@_implementationOnly import CNumerics
@_implementationOnly import Glibc

extension DataFrame {
  /// Writes the frame's schema and values as the Arrow C data interface has them: a struct array with
  /// a child for each column. Nothing is copied: the arrays keep the frame's memory until whoever
  /// takes them calls their release functions.
  /// - Parameters:
  ///   - schema: room for a `struct ArrowSchema`.
  ///   - array: room for a `struct ArrowArray`.
  public func exportArrow(schema: UnsafeMutableRawPointer, array: UnsafeMutableRawPointer) {
    ArrowExport.write(type, name: "", to: schema.assumingMemoryBound(to: ArrowSchema.self))
    ArrowExport.write(whole, to: array.assumingMemoryBound(to: ArrowArray.self))
  }

  /// Writes a stream of the Arrow C stream interface that gives the frame as one batch.
  /// - Parameter stream: room for a `struct ArrowArrayStream`.
  public func exportArrowStream(to stream: UnsafeMutableRawPointer) {
    ArrowExport.write(self, to: stream.assumingMemoryBound(to: ArrowArrayStream.self))
  }

  fileprivate var type: DataType { .struct(schema.fields) }

  fileprivate var whole: ColumnStorage {
    .struct(StructColumn(names: columnNames, fields: columns, count: rowCount))
  }
}

enum ArrowExport {
  /// What an exported schema or array keeps until it is released.
  private final class Kept {
    var memory: [UnsafeMutableRawPointer] = []
    let column: ColumnStorage?

    init(_ column: ColumnStorage?) { self.column = column }

    deinit { for block in memory { block.deallocate() } }

    func text(_ bytes: [UInt8]) -> UnsafePointer<CChar> {
      let block = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 1, alignment: 1)
      block.copyMemory(from: bytes, byteCount: bytes.count)
      block.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
      memory.append(block)
      return UnsafePointer(block.assumingMemoryBound(to: CChar.self))
    }

    func room<Element>(for count: Int, of type: Element.Type) -> UnsafeMutablePointer<Element> {
      let block = UnsafeMutableRawPointer.allocate(
        byteCount: Swift.max(count, 1) * MemoryLayout<Element>.stride,
        alignment: MemoryLayout<Element>.alignment)
      memory.append(block)
      return block.bindMemory(to: Element.self, capacity: Swift.max(count, 1))
    }
  }

  // MARK: Schemas

  static func write(
    _ type: DataType, name: String, to target: UnsafeMutablePointer<ArrowSchema>
  ) {
    let kept = Kept(nil)
    var schema = ArrowSchema()
    schema.format = kept.text(Array(ArrowFormat.text(of: type).utf8))
    schema.name = kept.text(Array(name.utf8))
    schema.flags = ArrowFormat.nullable
    if type == .uuid {
      schema.metadata = kept.text(ArrowFormat.metadata("ARROW:extension:name", "arrow.uuid"))
    }
    let children: [Schema.Field]
    switch type {
    case .list(let element): children = [Schema.Field("item", element)]
    case .struct(let fields): children = fields
    default: children = []
    }
    schema.n_children = children.count
    let room = kept.room(for: children.count, of: UnsafeMutablePointer<ArrowSchema>?.self)
    for (place, child) in children.enumerated() {
      let schema = kept.room(for: 1, of: ArrowSchema.self)
      write(child.type, name: child.name, to: schema)
      room[place] = schema
    }
    schema.children = room
    if type.isDictionary {
      let dictionary = kept.room(for: 1, of: ArrowSchema.self)
      write(.string, name: "", to: dictionary)
      schema.dictionary = dictionary
      if type != .categorical { schema.flags |= ArrowFormat.ordered }
    }
    schema.private_data = Unmanaged.passRetained(kept).toOpaque()
    schema.release = { schema in
      guard let schema, let kept = schema.pointee.private_data else { return }
      for place in 0..<schema.pointee.n_children {
        if let child = schema.pointee.children[place], let release = child.pointee.release {
          release(child)
        }
      }
      if let dictionary = schema.pointee.dictionary, let release = dictionary.pointee.release {
        release(dictionary)
      }
      schema.pointee.release = nil
      Unmanaged<Kept>.fromOpaque(kept).release()
    }
    target.initialize(to: schema)
  }

  // MARK: Arrays

  static func write(_ column: ColumnStorage, to target: UnsafeMutablePointer<ArrowArray>) {
    let column = column.compactedList.withViews
    let kept = Kept(column)
    var array = ArrowArray()
    array.length = column.count
    array.null_count = column.validity.map { column.count - $0.setCount } ?? 0
    var buffers: [UnsafeRawPointer?] = [
      column.validity.map { UnsafeRawPointer($0.words.read { $0 }) }
    ]
    var children: [ColumnStorage] = []
    switch column {
    case .string(let texts), .binary(let texts):
      buffers.append(UnsafeRawPointer(texts.views.read { $0 }))
      let sizes = kept.room(for: texts.heaps.count, of: Int64.self)
      for (place, heap) in texts.heaps.enumerated() {
        buffers.append(UnsafeRawPointer(heap.read { $0 }))
        sizes[place] = Int64(heap.count)
      }
      buffers.append(UnsafeRawPointer(sizes))
    case .list(let lists):
      buffers.append(UnsafeRawPointer(lists.offsets.read { $0 }))
      children = [lists.child]
    case .struct(let record): children = record.fields
    default: buffers.append(column.fixedMemory.start)
    }
    array.n_buffers = buffers.count
    let room = kept.room(for: buffers.count, of: UnsafeRawPointer?.self)
    for (place, buffer) in buffers.enumerated() { room[place] = buffer }
    array.buffers = room
    array.n_children = children.count
    let childRoom = kept.room(for: children.count, of: UnsafeMutablePointer<ArrowArray>?.self)
    for (place, child) in children.enumerated() {
      let array = kept.room(for: 1, of: ArrowArray.self)
      write(child, to: array)
      childRoom[place] = array
    }
    array.children = childRoom
    if case .categorical(let values) = column {
      array.dictionary = dictionary(values, kept)
    } else if case .enum(let values) = column {
      array.dictionary = dictionary(values, kept)
    }
    array.private_data = Unmanaged.passRetained(kept).toOpaque()
    array.release = { array in
      guard let array, let kept = array.pointee.private_data else { return }
      for place in 0..<array.pointee.n_children {
        if let child = array.pointee.children[place], let release = child.pointee.release {
          release(child)
        }
      }
      if let dictionary = array.pointee.dictionary, let release = dictionary.pointee.release {
        release(dictionary)
      }
      array.pointee.release = nil
      Unmanaged<Kept>.fromOpaque(kept).release()
    }
    target.initialize(to: array)
  }

  private static func dictionary(
    _ column: DictionaryColumn, _ kept: Kept
  ) -> UnsafeMutablePointer<ArrowArray> {
    let array = kept.room(for: 1, of: ArrowArray.self)
    write(.string(column.categories.texts), to: array)
    return array
  }

  // MARK: Streams

  private final class StreamState {
    let frame: DataFrame
    var isRead = false

    init(_ frame: DataFrame) { self.frame = frame }
  }

  static func write(_ frame: DataFrame, to target: UnsafeMutablePointer<ArrowArrayStream>) {
    var stream = ArrowArrayStream()
    stream.private_data = Unmanaged.passRetained(StreamState(frame)).toOpaque()
    stream.get_schema = { stream, target in
      guard let stream, let target, let state = stream.pointee.private_data else { return EINVAL }
      let frame = Unmanaged<StreamState>.fromOpaque(state).takeUnretainedValue().frame
      ArrowExport.write(frame.type, name: "", to: target)
      return 0
    }
    stream.get_next = { stream, target in
      guard let stream, let target, let found = stream.pointee.private_data else { return EINVAL }
      let state = Unmanaged<StreamState>.fromOpaque(found).takeUnretainedValue()
      if state.isRead {
        // An array that is released already marks the end.
        target.initialize(to: ArrowArray())
      } else {
        state.isRead = true
        ArrowExport.write(state.frame.whole, to: target)
      }
      return 0
    }
    stream.get_last_error = { _ in nil }
    stream.release = { stream in
      guard let stream, let state = stream.pointee.private_data else { return }
      stream.pointee.release = nil
      Unmanaged<StreamState>.fromOpaque(state).release()
    }
    target.initialize(to: stream)
  }
}

extension ColumnStorage {
  /// The column with a view a row, where texts are kept as numbers.
  fileprivate var withViews: ColumnStorage {
    switch self {
    case .string(let texts): .string(texts.asViews)
    case .binary(let texts): .binary(texts.asViews)
    default: self
    }
  }

  /// Lists with a child that starts at 0 and holds nothing else; other columns as they are.
  fileprivate var compactedList: ColumnStorage {
    if case .list(let lists) = self { return .list(lists.compacted) }
    return self
  }
}
