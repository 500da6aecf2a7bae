import Apus
import ApusCell
import ApusFrame
import ApusIO
import ApusPlot
import ApusStats
import Testing

/// Modules hide from their importers what only their inside stands on. A stored property of a hidden
/// type would leave importers with a wrong idea of where values lie: here what an importer believes
/// is held against what the type itself says at run time.
@Suite struct LayoutTests {
  private func actual(_ type: Any.Type) -> [Int] {
    func parts<Value>(_ type: Value.Type) -> [Int] {
      [MemoryLayout<Value>.size, MemoryLayout<Value>.stride, MemoryLayout<Value>.alignment]
    }
    return _openExistential(type, do: parts)
  }

  @inline(__always)
  private func expectKnown<Value>(_ type: Value.Type) {
    let believed = [
      MemoryLayout<Value>.size, MemoryLayout<Value>.stride, MemoryLayout<Value>.alignment,
    ]
    #expect(believed == actual(type), "\(type)")
  }

  @Test("importers know the layout of the values of frames")
  func frames() {
    expectKnown(DataFrame.self)
    expectKnown(LazyFrame.self)
    expectKnown(GroupedFrame.self)
    expectKnown(AnyColumn.self)
    expectKnown(Column<Double>.self)
    expectKnown(Column<String>.self)
    expectKnown(Column<Bool>.self)
    expectKnown(Expr.self)
    expectKnown(Schema.self)
    expectKnown(Scalar.self)
    expectKnown(DataType.self)
    expectKnown(FrameError.self)
    expectKnown(Datetime.self)
    expectKnown(Decimal128.self)
    expectKnown(FrameProfile.self)
    expectKnown(FormattedFrame.self)
    expectKnown(CSVOptions.self)
  }

  @Test("importers know the layout of the values of charts, statistics and displays")
  func others() {
    expectKnown(Chart.self)
    expectKnown(Matrix.self)
    expectKnown(StatsCard.self)
    expectKnown(StatsError.self)
    expectKnown(DisplayBundle.self)
  }
}
