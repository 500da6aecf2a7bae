"""What a long session should know: a model of its variables, and random cells that change them.

A variable redefined is a new storage; functions and closures of earlier cells keep the one that
they were compiled with. The model does likewise, with a `Storage` for each.
"""

import random
from dataclasses import dataclass

LIMIT = 1_000_003  # values stay below, so that no cell overflows by itself


@dataclass
class Storage:
    value: object
    kind: str
    is_variable: bool = True


@dataclass
class Step:
    """A cell, and what must come of it: its status, and what it prints or shows if that is known.

    A `running` cell prints "running" and goes on until it is interrupted.
    """

    kind: str
    code: str
    status: str = "ok"
    stdout: str | None = None
    result: str | None = None
    running: bool = False


def swift(value):
    """The text of `value` as Swift describes it."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(swift, value))}]"
    return str(value)


class SoakModel:
    def __init__(self, seed, traps, loops):
        self.chance = random.Random(seed)
        self.storages = {}
        self.functions = {}
        self.results = {}
        self.traps, self.loops = traps, loops
        self.count = 0

    def step(self):
        """The next cell; the model is then as the session will be behind it."""
        self.count += 1
        makers = [
            (60, self.define), (18, self.change), (16, self.shadow), (6, self.function),
            (20, self.call), (20, self.former), (4, self.mutator), (4, self.value_type),
            (20, self.print_some), (2, self.print_much), (3, self.task), (3, self.display),
            (12, self.compile_error), (5, self.thrown), (4, self.trap), (3, self.interrupted),
            (3, self.throw_after_change),
        ]  # fmt: skip
        maker = self.chance.choices([m for _, m in makers], [w for w, _ in makers])[0]
        return maker()

    def remember(self, number, result):
        """Result `number` was `result`; later cells ask for it."""
        self.results[number] = result
        self.results.pop(number - 300, None)

    def check(self):
        """A cell that prints every variable, and what it must print."""
        names = sorted(self.storages)
        code = "\n".join(f'print("{name} =", {name})' for name in names)
        lines = [f"{n} = {self.described(n)}\n" for n in names]
        return Step("check", code, stdout="".join(lines))

    def expressions(self, most=8):
        """Some variables as user expressions, and their texts."""
        names = self.chance.sample(sorted(self.storages), min(most, len(self.storages)))
        return {name: swift(self.storages[name].value) for name in names}

    def described(self, name):
        value = self.storages[name].value
        return value if isinstance(value, str) else swift(value)

    # Choices

    def small(self):
        return self.chance.randint(1, 99)

    def name(self, kind):
        return f"{kind}{self.chance.randrange(12)}"

    def known(self, kind, changeable=False):
        names = [
            name
            for name, storage in sorted(self.storages.items())
            if storage.kind == kind and (storage.is_variable or not changeable)
        ]
        return self.chance.choice(names) if names else None

    def store(self, name, value, kind, is_variable=True):
        self.storages[name] = Storage(value, kind, is_variable)

    # Cells that succeed

    def define(self):
        kind = self.chance.choice(["number", "word", "list"])
        word = self.chance.choice(["let", "var"])
        value = {
            "number": self.small(),
            "word": "".join(self.chance.choices("abcdé", k=self.chance.randint(1, 40))),
            "list": [self.small() for _ in range(self.chance.randint(0, 30))],
        }[kind]
        name = self.name(kind)
        self.store(name, value, kind, word == "var")
        annotation = ": [Int]" if kind == "list" else ""
        return Step("define", f"{word} {name}{annotation} = {swift(value)}", stdout="")

    def change(self):
        kind = self.chance.choice(["number", "word", "list"])
        name = self.known(kind, changeable=True)
        if name is None:
            return self.define()
        storage, n = self.storages[name], self.small()
        if kind == "number":
            storage.value = (storage.value * 3 + n) % LIMIT
            code = f"{name} = ({name} * 3 + {n}) % {LIMIT}\n{name}"
        elif kind == "word":
            storage.value = (storage.value + str(n))[-60:]
            code = f'{name} = String(({name} + "{n}").suffix(60))\n{name}'
        else:
            storage.value = (storage.value + [n])[-40:]
            code = f"{name}.append({n})\n{name} = Array({name}.suffix(40))\n{name}"
        return Step("change", code, stdout="", result=swift(storage.value))

    def shadow(self):
        name = self.known("number")
        if name is None:
            return self.define()
        n = self.small()
        self.store(name, (self.storages[name].value + n) % LIMIT, "number")
        return Step("shadow", f"var {name} = ({name} + {n}) % {LIMIT}", stdout="")

    def function(self):
        used = self.known("number")
        if used is None:
            return self.define()
        name, n = self.name("f"), self.small()
        storage = self.storages[used]
        inner, kept = self.chance.choice([(None, None), *sorted(self.functions.items())])
        if inner and inner != name:
            self.functions[name] = lambda x: (kept(x) + storage.value * n) % LIMIT
            body = f"({inner}(x) + {used} * {n}) % {LIMIT}"
        else:
            self.functions[name] = lambda x: (x + storage.value * n) % LIMIT
            body = f"(x + {used} * {n}) % {LIMIT}"
        return Step("function", f"func {name}(_ x: Int) -> Int {{ {body} }}", stdout="")

    def call(self):
        if not self.functions:
            return self.function()
        name, n = self.chance.choice(sorted(self.functions)), self.small()
        value = self.functions[name](n)
        if self.chance.random() < 0.5:
            return Step("call", f"{name}({n})", stdout="", result=str(value))
        made = self.name("number")
        self.store(made, value, "number")
        return Step("call", f"var {made} = {name}({n})", stdout="")

    def former(self):
        """A result keeps the value that it had when it was shown."""
        if not self.results:
            return self.define()
        number = self.chance.choice(sorted(self.results))
        value = self.results[number]
        return Step("former", f"_{number}", stdout="", result=value)

    def mutator(self):
        """A function that changes a variable; later cells call it, whatever has been redefined."""
        name = self.known("number", changeable=True)
        if name is None:
            return self.define()
        storage = self.storages[name]
        storage.value = (storage.value + 2 * 7) % LIMIT
        code = f"func bump() {{ {name} = ({name} + 7) % {LIMIT} }}\nbump()\nbump()\n{name}"
        return Step("mutator", code, stdout="", result=str(storage.value))

    def value_type(self):
        """A type that is redefined, and a value that keeps the type of its time."""
        x, n, name = self.small(), self.small(), self.name("number")
        self.store(name, x * n, "number")
        field = self.chance.choice(["x", "y"])
        code = (
            f"struct Point {{ var {field} = {x}; func times() -> Int {{ {field} * {n} }} }}\n"
            f"final class Holder {{ let point: Point; init(_ p: Point) {{ point = p }}\n"
            f'  deinit {{ print("gone") }} }}\n'
            f"do {{ let h = Holder(Point()); print(h.point.{field}) }}\n"
            f"let {name} = Point().times()"
        )
        self.storages[name].is_variable = False
        return Step("value type", code, stdout=f"{x}\ngone\n")

    def print_some(self):
        n, name = self.small(), self.known("number")
        if name is None:
            return self.define()
        value = self.storages[name].value
        return Step(
            "print", f"for i in 0..<{n} {{ print(i, {name}) }}",
            stdout="".join(f"{i} {value}\n" for i in range(n)),
        )  # fmt: skip

    def print_much(self):
        n = 20_000 + self.small()
        code = (
            f'for i in 0..<{n} {{ print(i, "fifty characters of text that go on and on and on") }}'
        )
        line = "fifty characters of text that go on and on and on\n"
        return Step("print much", code, stdout="".join(f"{i} {line}" for i in range(n)))

    def task(self):
        n, name = self.small(), self.name("number")
        self.store(name, n * 45, "number")
        code = (
            f"var {name} = await withTaskGroup(of: Int.self) {{ group in\n"
            f"  for i in 0..<10 {{ group.addTask {{ await Task.yield(); return i * {n} }} }}\n"
            f"  return await group.reduce(0, +)\n}}"
        )
        return Step("task", code, stdout="")

    def display(self):
        n = self.small()
        return Step("display", f'display(html: "<p>{n}</p>")', stdout="")

    # Cells that fail

    def compile_error(self):
        name = self.name("number")
        code = self.chance.choice(
            [
                f"let {name} = 1\nlet wrong: Int = \"text\"", "print(missing)", "let x = ",
                f"func {self.name('f')}(_ x: Int) -> Int {{ missing(x) }}", "1 +* 2", "}",
                f"var {name} = 5\n{name}.append(3)", "extension Nothing { var a: Int { 1 } }",
            ]
        )  # fmt: skip
        return Step("compile error", code, "error", stdout="")

    def thrown(self):
        n, name = self.small(), self.name("number")
        self.store(name, n, "number", False)
        code = (
            f"struct Oops: Error {{ var n: Int }}\nlet {name} = {n}\nprint({name})\n"
            f"throw Oops(n: {n})"
        )
        return Step("thrown", code, "error", stdout=f"{n}\n")

    def throw_after_change(self):
        name = self.known("list", changeable=True)
        if name is None:
            return self.define()
        n, storage = self.small(), self.storages[name]
        storage.value = ([n] + storage.value)[:40]
        code = (
            f"func failing() throws {{ struct E: Error {{}}; throw E() }}\n"
            f"{name} = Array(([{n}] + {name}).prefix(40))\ntry failing()\n{name} = []"
        )
        return Step("throw after change", code, "error", stdout="")

    def trap(self):
        kind, code = self.chance.choice(self.traps)
        return Step(f"trap: {kind}", code, "error")

    def interrupted(self):
        kind, code = self.chance.choice(self.loops)
        return Step(
            f"interrupt: {kind}", f'print("running"); fflush(stdout)\n{code}', "error", running=True
        )
