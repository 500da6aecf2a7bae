"""Random sessions: cells as a notebook's user writes them, mistakes included.

Names come from small pools, so that redefinitions, overloads, shadowing and uses before a
declaration come about by themselves. What a cell prints depends on its session only: no addresses,
no order of hashes, no time.
"""

import random
from dataclasses import dataclass, field

from generated_cells import JOINABLE, KINDS


@dataclass
class Cell:
    """One execute_request; `options` are those of the request."""

    code: str
    options: dict = field(default_factory=dict)

    @property
    def stops_on_error(self):
        return self.options.get("stop_on_error", True)


class SessionGenerator:
    """A session for each seed."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.known = {"variable": [], "function": [], "type": [], "class": []}
        self.results = []
        self.number = 0

    def session(self):
        # The first cell lasts until all are queued, in both ways of running them.
        cells = [Cell("import Glibc\nusleep(100_000)", {"stop_on_error": True})]
        self.number = 1
        # Some sessions stop at their first error, as a frontend's "Run All" does.
        stops = self.chance.random() < 0.3
        for _ in range(self.chance.randint(8, 15)):
            cells.append(self.cell(stops))
        return cells

    def cell(self, stops):
        kind = self.chance.choices(list(KINDS), weights=[w for w, _ in KINDS.values()])[0]
        code = KINDS[kind][1](self)
        if self.chance.random() < 0.25 and kind not in ("comment", "empty"):
            other = self.chance.choice(JOINABLE)
            code = f"{KINDS[other][1](self)}\n{code}"
        options = {"stop_on_error": stops and self.chance.random() < 0.3}
        if self.chance.random() < 0.08:
            options["silent"] = True
        elif self.chance.random() < 0.08:
            options["store_history"] = False
        if self.chance.random() < 0.15:
            options["user_expressions"] = {"one": self.integer(), "two": "missing + 1"}
        if not options.get("silent") and options.get("store_history", True):
            self.number += 1
            if code.rstrip().endswith(("+ 0", "]")):
                self.results.append(self.number)
        return Cell(code, options)

    # Words

    def pick(self, *choices):
        return self.chance.choice(choices)

    def small(self):
        return self.chance.randint(0, 9)

    def new(self, kind):
        """A name of the pool of `kind`, mostly one that is known already or near to it."""
        pool = {
            "variable": ["a", "b", "c", "d", "e"],
            "function": ["f", "g", "h"],
            "type": ["P", "Q", "R"],
            "class": ["K", "L"],
        }[kind]
        name = self.chance.choice(pool)
        if name not in self.known[kind]:
            self.known[kind].append(name)
        return name

    def old(self, kind):
        """A known name, at times one that no cell has declared, or that a later one will."""
        if not self.known[kind] or self.chance.random() < 0.06:
            return self.new(kind) if self.chance.random() < 0.5 else self.pick("later", "Later")
        return self.chance.choice(self.known[kind])

    def integer(self):
        """An expression of an integer."""
        kind = self.chance.random()
        if kind < 0.35 or not self.known["variable"]:
            return str(self.small())
        if kind < 0.75:
            return self.old("variable")
        if kind < 0.9 and self.known["function"]:
            return f"{self.old('function')}({self.pick(str(self.small()), self.old('variable'))})"
        return f"({self.old('variable')} + {self.small()})"
