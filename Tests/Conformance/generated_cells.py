"""The cells of generated sessions: a maker for each kind.

A maker takes the session's generator, which knows the names so far, and gives the code of a cell.
"""


def variable(session):
    value = session.integer()
    return f"{session.pick('let', 'var')} {session.new('variable')} = {value}"


def variables(session):
    return "\n".join(variable(session) for _ in range(session.chance.randint(2, 3)))


def pair(session):
    return f"let ({session.new('variable')}, {session.new('variable')}) = ({session.small()}, 2)"


def shadow(session):
    name = session.old("variable")
    return f"var {name} = {name} + 1"


def assignment(session):
    return f"{session.old('variable')} {session.pick('+=', '=', '-=')} {session.small()}"


def function(session):
    value = session.integer()
    return f"func {session.new('function')}(_ n: Int) -> Int {{ n * {session.small()} + {value} }}"


def overload(session):
    kind, value = session.pick(("String", "n.count"), ("Double", "Int(n) + 100"), ("[Int]", "n[0]"))
    return f"func {session.new('function')}(_ n: {kind}) -> Int {{ {value} }}"


def recursion(session):
    name = session.new("function")
    return (
        f"func {name}(_ n: Int) -> Int {{ n <= 0 ? {session.small()} : {name}(n - 1) + 1 }}\n"
        f"print({name}(3))"
    )


def generic(session):
    return (
        "func same<T: Equatable>(_ x: T, _ y: T) -> Bool { x == y }\n"
        f"same({session.integer()}, 3)"
    )


def structure(session):
    name = session.new("type")
    return (
        f"struct {name} {{\n  var x = {session.small()}\n"
        f"  func twice() -> Int {{ x * {session.small()} }}\n}}"
    )


def enumeration(session):
    name = session.new("type")
    return f"enum {name}: Int, CaseIterable {{ case one = {session.small()}, two = 20 }}"


def type_use(session):
    name = session.old("type")
    return session.pick(
        f"print({name}())",
        f"{name}().x",
        f"{name}(x: {session.integer()}).twice()",
        f"{name}.allCases",
        f"{name}.self",
        f"[{name}()]",
    )


def extension(session):
    """Members with siblings, which a later extension may redefine in part."""
    members = session.chance.sample(["up", "down", "left", "right"], session.chance.randint(1, 3))
    base = session.pick(session.old("type"), "Int", "String")
    body = "\n".join(f"  func {m}() -> Int {{ {session.small()} }}" for m in members)
    return f"extension {base} {{\n{body}\n}}"


def extension_use(session):
    value = session.pick(f"{session.old('type')}()", "3", '"text"')
    return f"print({value}.{session.pick('up', 'down', 'left', 'right')}())"


def protocol(session):
    return (
        f"protocol Named {{ var name: String {{ get }} }}\n"
        f'extension Named {{ func hello() -> String {{ "hello {session.small()} \\(name)" }} }}'
    )


def conformance(session):
    return (
        f"extension {session.old('type')}: Named {{ "
        f'var name: String {{ "name {session.small()}" }} }}'
    )


def conformance_use(session):
    value = f"{session.old('type')}()"
    return session.pick(f"({value} as Any) is any Named", f"{value}.hello()")


def operator(session):
    return (
        f"infix operator <+>: AdditionPrecedence\n"
        f"func <+> (x: Int, y: Int) -> Int {{ x * {session.small()} + y }}"
    )


def operator_use(session):
    return f"{session.integer()} <+> {session.integer()}"


def held(session):
    name = session.new("class")
    return (
        f"final class {name} {{\n  let n: Int\n"
        f'  init(_ n: Int) {{ session.n = n; print("{name} made \\(n)") }}\n'
        f'  deinit {{ print("{name} gone \\(n)") }}\n}}'
    )


def holding(session):
    kind = session.old("class")
    return session.pick(
        f"var held: {kind}? = {kind}({session.small()})",
        f"held = {kind}({session.small()})",
        "held = nil",
        f"_ = {kind}({session.small()})",
        f"do {{ let k = {kind}(1); print(k.n) }}",
        f"let held = {kind}({session.small()})",
    )


def result(session):
    return f"{session.integer()} + 0"


def former(session):
    number = session.pick(*(session.results or [2]), session.number, session.number - 1)
    return session.pick(f"_{number}", "__", f"print(_{number})", f"_{number} + 0")


def printing(session):
    return session.pick(
        f"print({session.integer()}, {session.integer()})",
        f"for i in 0..<3 {{ print(i, {session.integer()}) }}",
        f'print({session.integer()}, terminator: "")',
        f'import Glibc\nprint("out"); fputs("err {session.small()}\\n", stderr); print("again")',
        "for i in 0..<2000 { print(i) }",
    )


def display(session):
    return session.pick(
        f'display(html: "<b>{session.small()}</b>")',
        f"display({session.integer()})",
        f'display("one", id: "d{session.small()}")',
        'display("x", id: "d")\nupdateDisplay("y", id: "d")',
        "clearOutput(wait: true)",
    )


def asynchronous(session):
    return session.pick(
        f"func slow(_ n: Int) async -> Int {{ await Task.yield(); return n }}\n"
        f"await slow({session.integer()}) + 0",
        f"let {session.new('variable')} = await Task {{ {session.small()} }}.value",
        f"async let x1 = {session.small()}\nasync let x2 = 4\nprint(await x1 + x2)",
        "try await Task.sleep(for: .milliseconds(5))\nprint(1)",
        f"await withTaskGroup(of: Int.self) {{ g in for i in 0..<3 {{ g.addTask {{ i }} }}\n"
        f"  return await g.reduce({session.small()}, +) }}",
        f"actor Box {{ var n = 0; func add(_ m: Int) -> Int {{ n += m; return n }} }}\n"
        f"let box = Box()\nawait box.add({session.small()})",
        f"await box.add({session.small()})",
    )


def importing(session):
    return session.pick(
        "import Foundation",
        "import Foundation\nsqrt(16.0)",
        "import Dispatch",
        'String(format: "%03d", 7)',
        "import RegexBuilder",
        "import NoSuchModule",
        "import Foundation\nlet day = Date(timeIntervalSince1970: 0)\nday.timeIntervalSince1970",
    )


def shadowed_function(session):
    """A name of the standard library, or a variable where a function was."""
    return session.pick(
        f"func abs(_ n: Int) -> Int {{ {session.small()} }}\nabs(-5)",
        "abs(-4)",
        f"let {session.old('function')} = {session.small()}",
        f"func {session.old('variable')}() -> Int {{ {session.small()} }}",
        "let max = 3\nmax",
        "func max(_ n: Int, _ m: Int) -> Int { 0 }\nmax(1, 2)",
        "max(4, 5)",
    )


def control(session):
    name = session.old("variable")
    return session.pick(
        f'if {name} > {session.small()} {{ print("more") }} else {{ print("less") }}',
        f"switch {name} {{ case 0...4: print(0)\ndefault: print(9) }}",
        f"var sum = 0\nfor i in 1...{session.small() + 1} {{ sum += i * {name} }}\nsum",
        f'defer {{ print("deferred") }}\nprint({name})',
        f'guard {name} < 5 else {{ fatalError("too much") }}\nprint("enough")',
    )


def compile_error(session):
    return session.pick(
        'let wrong: Int = "text"',
        "print(missing)",
        "let x = ",
        "func }",
        "1 +* 2",
        f'let {session.new("variable")} = 5\nlet wrong: Int = "text"',
        f"func {session.new('function')}(_ n: Int) -> Int {{ missing(n) }}",
        "break",
        "return 5",
    )


def thrown(session):
    name = session.new("variable")
    return session.pick(
        f"struct Oops: Error {{ let n: Int }}\nprint(1)\nthrow Oops(n: {session.small()})",
        f"enum Trouble: Error {{ case bad }}\nlet {name} = 8\nthrow Trouble.bad",
        f"struct E: Error {{}}\nlet {name}: Int = try {{ throw E() }}()\nlet e = 1",
        "struct X: Error {}\nfunc fails() throws -> Int { throw X() }\ntry fails()",
    )


def trap(session):
    name = session.new("variable")
    return session.pick(
        f'let {name} = 7\nfatalError("boom {session.small()}")',
        "let no: Int? = nil\nno!",
        f"let {name} = [1, 2]\n{name}[{name}.count + {session.small()}]",
        "var most = Int.max\nmost += 1",
        'precondition(Bool.random() && false, "never")',
        "import Glibc\nprint(1)\nabort()",
        'await Task.yield()\nfatalError("after await")',
        "[1][5]",
        "try! { throw CancellationError() }()",
        "var none = 0\nprint(1 / none)",
        'assertionFailure("no")\nprint(2)',
    )


def comment(session):
    return session.pick("// nothing", "/* nothing\n   at all */", "// one\n\n// two\n")


def empty(session):
    return session.pick("", "  \n", ";", "\n\n")


def closure(session):
    return session.pick(
        f"let next = {{ (n: Int) in n + {session.integer()} }}\nnext(1)",
        "next(2)",
        f"func counter() -> () -> Int {{ var n = {session.small()}\n"
        "  return { n += 1; return n } }\n"
        "let count = counter()\ncount()",
        "count() + 0",
        f"[3, 1, 2].map {{ $0 * {session.integer()} }}.sorted()",
    )


def values(session):
    return session.pick(
        f'let text = "été {session.small()}"\ntext.count',
        "text.uppercased()",
        '["k": 1]',
        f"(1, {session.integer()})",
        "Optional(5)",
        "[Int]()",
        "()",
        "5;",
        '"quoted \\"x\\""',
        f"var list = [1, {session.small()}]\nlist.append(2)\nlist",
        "list.append(9)\nlist.count",
        "typealias Number = Int\nlet n: Number = 3\nn",
        "n as Number",
        "1.0 / 3",
    )


# Weight, and the cell's maker.
KINDS = {
    "variable": (8, variable),
    "variables": (4, variables),
    "pair": (2, pair),
    "shadow": (4, shadow),
    "assignment": (5, assignment),
    "function": (7, function),
    "overload": (3, overload),
    "recursion": (2, recursion),
    "generic": (2, generic),
    "structure": (4, structure),
    "enumeration": (2, enumeration),
    "type use": (5, type_use),
    "extension": (4, extension),
    "extension use": (4, extension_use),
    "protocol": (2, protocol),
    "conformance": (2, conformance),
    "conformance use": (2, conformance_use),
    "operator": (2, operator),
    "operator use": (2, operator_use),
    "held": (3, held),
    "holding": (5, holding),
    "result": (6, result),
    "former": (4, former),
    "printing": (7, printing),
    "display": (3, display),
    "asynchronous": (5, asynchronous),
    "importing": (3, importing),
    "shadowed function": (3, shadowed_function),
    "control": (5, control),
    "compile error": (3, compile_error),
    "thrown": (3, thrown),
    "trap": (3, trap),
    "comment": (2, comment),
    "empty": (1, empty),
    "closure": (4, closure),
    "values": (5, values),
}
JOINABLE = ["variable", "function", "printing", "assignment", "structure", "control"]
