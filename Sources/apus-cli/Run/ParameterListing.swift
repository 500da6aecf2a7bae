internal import OrderedJSON
internal import Runner

/// What notebooks declare of their parameters, for people and as JSON Schema.
enum ParameterListing {
  static func show(
    _ requests: [RunRequest], asSchema: Bool, language: String?
  ) async throws(RunError) {
    for request in requests {
      let contract = try await ParameterContract(of: request)
      let writer = JSONWriter(indent: 2)
      if asSchema {
        let schema = contract.schema(title: "\(request.input)")
        StandardStream.output.write(writer.text(of: schema) + "\n")
        continue
      }
      if requests.count > 1 { StandardStream.output.write("\(request.input):\n") }
      let lines =
        !contract.hasCell
        ? ["no cell is tagged \"parameters\""]
        : !contract.isReadable
          ? ["the declarations of this language are not read"]
          : contract.lines.isEmpty
            ? ["the cell tagged \"parameters\" declares none"] : contract.lines
      StandardStream.output.write(lines.map { $0 + "\n" }.joined())
    }
  }
}
