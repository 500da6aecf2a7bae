public import ApusFrame

extension DataFrame {
  /// Writes the frame as comma-separated values. The file appears under its name when it is
  /// complete; one that was there is replaced.
  ///
  /// Null is written as nothing and an empty text as `""`. Numbers are written so that they are
  /// read back to the last bit.
  public func write(csv path: String) throws(FrameError) {
    try CSVWriter(frame: self).write(to: path)
  }

  /// The frame as comma-separated values.
  package var csvBytes: [UInt8] { CSVWriter(frame: self).text() }
}
