/// Stops with a message, in release builds too, where only a mistake in the program leads here.
func require(_ isTrue: Bool, _ message: @autoclosure () -> String) {
  guard isTrue else { fatalError(message()) }
}

/// Stops unless a parameter is finite and above 0.
func requirePositive(_ value: Double, _ name: String) {
  require(value > 0 && value < .infinity, "\(name) must be positive and finite, got \(value)")
}

/// Stops unless a parameter is finite.
func requireFinite(_ value: Double, _ name: String) {
  require(value.isFinite, "\(name) must be finite, got \(value)")
}
