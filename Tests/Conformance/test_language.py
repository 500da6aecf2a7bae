"""A tour of the language, cell by cell: what works in a Swift script works in a notebook."""

import pytest

# Each tour is one session: (cell, what it prints, value of its last expression).
TOURS = {
    "values and functions": [
        ("import Foundation\nvar x = 1\nlet y = 2, z = 3", "", None),
        ("func f(_ a: Int) -> Int { a + x }", "", None),
        ("f(y) + z", "", "6"),
        ("x = 10\nf(1)", "", "11"),
        ('let x = "new"', "", None),
        ("x", "", '"new"'),
        ("f(1)", "", "11"),
        ("let (a, b) = (1, 2.5)\na", "", "1"),
        ("b", "", "2.5"),
        ('let π = 3.14; let 名前 = "スイフト"; let 🐦 = 1', "", None),
        ("π + Double(🐦)", "", None),
        ('print(名前)', "スイフト\n", None),
    ],
    "types print as in a script": [
        ("struct P { var x: Int }", "", None),
        ("print([P(x: 1)])", "[main.P(x: 1)]\n", None),
        ("enum Shape { case circle(r: Double), square(Double) }", "", None),
        ("print(Shape.circle(r: 2))", "circle(r: 2.0)\n", None),
        ("indirect enum Tree { case leaf(Int), node(Tree, Tree) }", "", None),
        (
            "func sum(_ t: Tree) -> Int { switch t { case .leaf(let n): n\n"
            "case .node(let l, let r): sum(l) + sum(r) } }",
            "", None,
        ),
        ("sum(.node(.leaf(1), .node(.leaf(2), .leaf(3))))", "", "6"),
    ],
    "closures": [
        ("func counter() -> () -> Int { var n = 0; return { n += 1; return n } }", "", None),
        ("let next = counter()", "", None),
        ("next() + next()", "", "3"),
        ("[3, 1, 2].sorted { $0 > $1 }.map { $0 * 2 }", "", "[6, 4, 2]"),
    ],
    "protocols and generics": [
        (
            "protocol Store { associatedtype Item; mutating func put(_ i: Item); "
            "var items: [Item] { get } }",
            "", None,
        ),
        (
            "struct Box<T>: Store { var items: [T] = []; "
            "mutating func put(_ i: T) { items.append(i) } }",
            "", None,
        ),
        (
            "func filled<S: Store>(_ s: S, with i: S.Item) -> Int where S.Item: Equatable "
            "{ var s = s; s.put(i); return s.items.filter { $0 == i }.count }",
            "", None,
        ),
        ("filled(Box<String>(), with: \"a\")", "", "1"),
        ("extension Store { var isEmpty: Bool { items.isEmpty } }", "", None),
        ("Box<Int>().isEmpty", "", "true"),
        ("let some: any Store = Box(items: [1, 2])\nsome.items.count", "", "2"),
    ],
    "classes across cells": [
        ("class Animal { func sound() -> String { \"…\" }; init() {} }", "", None),
        ("final class Dog: Animal { override func sound() -> String { \"woof\" } }", "", None),
        ("[Animal(), Dog()].map { $0.sound() }", "", '["…", "woof"]'),
        ("protocol Loud { func shout() -> String }", "", None),
        ("extension Dog: Loud { func shout() -> String { sound().uppercased() } }", "", None),
        ("(Dog() as any Loud).shout()", "", '"WOOF"'),
    ],
    "property wrappers and result builders": [
        (
            "@propertyWrapper struct Clamped { var wrappedValue: Int { didSet { "
            "wrappedValue = min(max(wrappedValue, 0), 10) } }\n"
            "  init(wrappedValue: Int) { self.wrappedValue = wrappedValue } }",
            "", None,
        ),
        ("struct Dial { @Clamped var level = 3 }\nvar dial = Dial()\ndial.level = 99", "", None),
        ("dial.level", "", "10"),
        (
            "@resultBuilder enum Lines { static func buildBlock(_ p: String...) -> String { "
            "p.joined(separator: \"|\") } }",
            "", None,
        ),
        ("func text(@Lines _ make: () -> String) -> String { make() }", "", None),
        ('text {\n  "a"\n  "b"\n}', "", '"a|b"'),
    ],
    "key paths, errors and patterns": [
        ("struct City { var name: String; var people: Int }", "", None),
        ('let cities = [City(name: "A", people: 2), City(name: "B", people: 1)]', "", None),
        ("cities.map(\\.name)", "", '["A", "B"]'),
        ("enum Trouble: Error { case tooBig(Int) }", "", None),
        (
            "func check(_ n: Int) throws(Trouble) -> Int { "
            "guard n < 5 else { throw .tooBig(n) }; return n }",
            "", None,
        ),
        (
            'do { _ = try check(9) } catch .tooBig(let n) { print("too big: \\(n)") }',
            "too big: 9\n", None,
        ),
        ("try check(3)", "", "3"),
        ('if let match = "k=42".firstMatch(of: /(\\w)=(\\d+)/) { print(match.2) }', "42\n", None),
        ("import RegexBuilder\nlet digits = Regex { OneOrMore(.digit) }", "", None),
        ('"a12".firstMatch(of: digits).map { String($0.0) }', "", 'Optional("12")'),
    ],
    "operators": [
        ("precedencegroup Power { higherThan: MultiplicationPrecedence }", "", None),
        (
            "infix operator **: Power\nfunc ** (a: Int, b: Int) -> Int { "
            "(0..<b).reduce(1) { r, _ in r * a } }",
            "", None,
        ),
        ("2 * 2 ** 3", "", "16"),
        ("struct V: Equatable { var x: Int; static func + (a: V, b: V) -> V { V(x: a.x + b.x) } }",
         "", None),
        ("(V(x: 1) + V(x: 2)).x", "", "3"),
    ],
    "concurrency": [
        ("func slow(_ n: Int) async -> Int { await Task.yield(); return n * 2 }", "", None),
        ("await slow(4)", "", "8"),
        ("async let one = slow(1)\nasync let two = slow(2)\nprint(await one + two)", "6\n", None),
        (
            "let numbers = AsyncStream<Int> { c in for i in 1...3 { c.yield(i) }; c.finish() }\n"
            "var total = 0\nfor await n in numbers { total += n }",
            "", None,
        ),
        ("total", "", "6"),
        ("actor Account { var sum = 0; func add(_ n: Int) -> Int { sum += n; return sum } }",
         "", None),
        ("let account = Account()", "", None),
        ("await account.add(5)", "", "5"),
        ("await account.add(5)", "", "10"),
        (
            "await withTaskGroup(of: Int.self) { g in for i in 0..<5 { g.addTask { i } }; "
            "return await g.reduce(0, +) }",
            "", "10",
        ),
        ("@MainActor func onMain() -> Int { 7 }\nawait onMain()", "", "7"),
    ],
    "noncopyable types": [
        (
            "struct Token: ~Copyable { let n: Int; consuming func use() -> Int { n }; "
            'deinit { print("gone \\(n)") } }',
            "", None,
        ),
        ("func spend(_ t: consuming Token) -> Int { t.n }", "", None),
        ("print(spend(Token(n: 1)))", "gone 1\n1\n", None),
    ],
    "redefinition": [
        ("func g() -> Int { 1 }", "", None),
        ("func g() -> Int { 2 }", "", None),
        ("g()", "", "2"),
        ("func h(_ n: Int) -> String { \"int\" }", "", None),
        ("func h(_ s: String) -> String { \"string\" }", "", None),
        ('h(1) + h("")', "", '"intstring"'),
        ("struct Q { var a = 1 }", "", None),
        ("struct Q { var b = 2 }", "", None),
        ("Q().b", "", "2"),
        ("extension Q { func one() -> Int { 1 }; func two() -> Int { 2 } }", "", None),
        ("extension Q { func one() -> Int { 11 } }", "", None),
        ("Q().one() + Q().two()", "", "13"),
        ("var n = 1", "", None),
        ("var n = n + 1", "", None),
        ("n", "", "2"),
        ("var n = \"text\"\nn", "", '"text"'),
    ],
    "macros": [
        ("import Foundation\nimport Observation", "", None),
        ("let big = #Predicate<Int> { $0 > 3 }", "", None),
        ("try [1, 5].filter { try big.evaluate($0) }", "", "[5]"),
        ("@Observable final class Model { var n = 0 }", "", None),
        ("let model = Model(); model.n = 4\nmodel.n", "", "4"),
    ],
    "results": [
        ("1 + 1", "", "2"),
        ("_1 * 10", "", "20"),
        ("__", "", "20"),
        ("let quiet = 1", "", None),
        ("print(1)", "1\n", None),
        ("()", "", None),
        ("[Int]()", "", "[]"),
        ("Optional<Int>.none", "", "nil"),
        ("(1, \"a\")", "", '(1, "a")'),
        ("Int.self", "", "Swift.Int"),
        ("5;", "", None),
    ],
}


@pytest.mark.parametrize("name", TOURS)
def test_tour(session, name):
    for code, printed, value in TOURS[name]:
        outcome = session.run(code)
        assert outcome.status == "ok", f"{code}\n{outcome.traceback}"
        assert outcome.stdout == printed, code
        if value is not None or not code.endswith("Double(🐦)"):
            assert outcome.result == value, code


MODULES = [
    "Foundation", "FoundationEssentials", "FoundationNetworking", "FoundationXML", "Dispatch",
    "Glibc", "Synchronization", "RegexBuilder", "Observation", "Distributed", "Cxx",
    "_Differentiation", "_StringProcessing", "_Concurrency", "FoundationInternationalization",
]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_toolchain_can_be_imported(shared_session, module):
    outcome = shared_session.run(f"import {module}\nprint(1)")
    assert outcome.status == "ok", outcome.traceback
    assert outcome.stdout == "1\n"


def test_a_cell_that_does_not_compile_defines_nothing(session):
    outcome = session.run("let good = 1\nlet bad: Int = \"text\"")
    assert outcome.status == "error"
    assert outcome.names_line(2), outcome.traceback
    assert "^" in outcome.traceback
    assert session.run("good").status == "error"


def test_a_cell_that_stops_keeps_what_was_reached(session):
    outcome = session.run(
        "struct E: Error {}\nlet first = 1\nlet second: Int = try { throw E() }()\nlet third = 3"
    )
    assert outcome.status == "error"
    assert outcome.names_line(3), outcome.traceback
    assert session.value("first") == "1"
    for name in ["second", "third"]:
        assert session.run(name).status == "error"


def test_names_internal_to_apus_and_foundation_are_invisible(session):
    assert session.value("import Foundation\nCharacterSet.letters.contains(\"a\")") == "true"
    for code in ["import Apus\nLinkFrame.self", "import Apus\nWorkerMessage.self"]:
        assert session.run(code).status == "error"


def test_old_values_are_released(session):
    session.run("final class Held { let n: Int; init(_ n: Int) { self.n = n }\n"
                '  deinit { print("released \\(n)") } }')
    session.run("var held: Held? = Held(1)")
    assert session.run("held = Held(2)").stdout == "released 1\n"
