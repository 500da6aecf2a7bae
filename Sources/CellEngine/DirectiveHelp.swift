/// What `%help` shows.
enum DirectiveHelp {
  static let text = """
    Swift (Apus)

    A cell holds Swift: declarations, statements, and at its end an expression whose value is
    shown. Variables, functions, types and imports of one cell are there in all later ones; the
    newest definition of a name wins.

      display(value)            show a value; html:, markdown:, latex:, svg:, json:, image:
      display(v, id: "a")       show it under a name; updateDisplay(v, id: "a") replaces it
      clearOutput(wait: true)   clear what the cell has shown
      input("Name? ")           ask for a line; hidden: true for a password
      _3, __                    the value of result 3, of the last result
      await                     works at top level

    Directives:
      %help      this text
      %who       the variables, functions and types of the session, and where they came from
      %replay    run the session's cells again, after its variables were lost
    """
}
