internal import ArgumentParser
internal import Runner

/// The options that say what becomes of outputs.
struct ResultOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Take over the outputs of an earlier run of the same; by default for notebooks that declare "
        + "their inputs in metadata.apus.inputs."))
  var cache: Bool?
  @Flag(help: "Go on after the last good cell of an earlier run, where the kernel can.")
  var resume = false
  @Flag(help: "Run each notebook twice and compare the outputs.") var twice = false
  @Flag(help: "Compare the outputs with those that are stored, and write nothing.")
  var compare = false
  @Flag(help: "Compare, and renew the stored outputs that differ.") var update = false
  @Flag(help: "Compare only cells marked NBVAL_CHECK_OUTPUT.") var lax = false
  @Option(
    help: ArgumentHelp(
      "A file of patterns that do not count in a comparison, in nbval's format.", valueName: "FILE")
  )
  var sanitizeWith: [String] = []
  @Option(
    help: ArgumentHelp("By how much, relatively, numbers may differ.", valueName: "NUMBER"))
  var rtol: Double = 0
  @Option(help: ArgumentHelp("By how much numbers may differ.", valueName: "NUMBER"))
  var atol: Double = 0
  @Option(help: ArgumentHelp("What share of the pixels may differ.", valueName: "NUMBER"))
  var imageTolerance: Double = 0
  @Flag(help: "Write the times of each cell into its metadata, as nbclient does.")
  var timings = false
  @Flag(help: "Write the parameters into the notebooks, and run nothing.") var prepareOnly = false

  func validate() throws {
    for number in [rtol, atol, imageTolerance] where !(number >= 0) {
      throw ValidationError("a tolerance is a number from 0 on")
    }
    if compare && update { throw ValidationError("give one of --compare and --update") }
  }

  func apply(to request: inout RunRequest) async throws(RunError) {
    request.cacheUse = cache.map { $0 ? .always : .off } ?? .declared
    request.resumes = resume
    request.runsTwice = twice
    request.onlyPrepares = prepareOnly
    if timings { request.stamp = .timings }
    var comparison = OutputComparison()
    comparison.relativeTolerance = rtol
    comparison.absoluteTolerance = atol
    comparison.imageTolerance = imageTolerance
    comparison.onlyMarked = lax
    comparison.updates = update
    for path in sanitizeWith {
      let bytes = try await Storage.read(.file(path))
      comparison.sanitizers += try Sanitizer.all(
        in: String(decoding: bytes, as: UTF8.self), at: path)
    }
    if compare || update || lax { request.comparison = comparison }
    if twice { request.twiceComparison = comparison }
  }
}
