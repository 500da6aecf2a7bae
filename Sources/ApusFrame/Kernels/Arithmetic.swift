/// Remainders of whole numbers, with the dividend's sign; null where the divisor is 0.
func remainders<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
  _ left: Operand<Number>, _ right: Operand<Number>, _ count: Int
) -> FixedWidthColumn<Number> {
  if case .constant(let divisor) = right, divisor > 0, divisor & (divisor - 1) == 0 {
    let mask = divisor - 1
    // What lies below 0 is negative too, unless it divides.
    return zipped(left, right, count) { dividend, _ in
      let rest = dividend & mask
      return rest &- (dividend < 0 && rest != 0 ? divisor : 0)
    }
  }
  let result = zipped(left, right, count) { dividend, divisor in
    // The remainder by -1 is 0; the machine's own instruction overflows for the least number.
    divisor == 0 || (Number.isSigned && divisor == 0 &- 1) ? 0 : dividend % divisor
  }
  let divisible = tested(right, .constant(0), count) { divisor, _ in divisor != 0 }
  return FixedWidthColumn(
    result.values, validity: Bitmap.both(result.validity, divisible.values))
}
