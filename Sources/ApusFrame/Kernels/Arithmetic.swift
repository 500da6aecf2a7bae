/// Remainders of whole numbers, with the dividend's sign; null where the divisor is 0.
func remainders(_ left: Operand<Int>, _ right: Operand<Int>, _ count: Int) -> FixedWidthColumn<Int>
{
  let result = zipped(left, right, count) { dividend, divisor in
    // The remainder by -1 is 0; the machine's own instruction overflows for the least number.
    divisor == 0 || divisor == -1 ? 0 : dividend % divisor
  }
  let divisible = tested(right, .constant(0), count) { divisor, _ in divisor != 0 }
  return FixedWidthColumn(
    result.values, validity: Bitmap.both(result.validity, divisible.values))
}
