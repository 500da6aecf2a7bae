"""What a measured program is: the same work in Swift and in Python, as a user writes it."""

from dataclasses import dataclass

from kernels import OURS, PEER


@dataclass(frozen=True)
class Program:
    """Cells with the place {n} for the number that makes each round's work a new text.

    `before` is what a user has in an earlier cell: functions, types, data. `work` is measured; the
    value of its last expression is compared.
    """

    name: str
    swift_before: str
    swift_work: str
    python_before: str
    python_work: str

    def before(self, kernel):
        return {OURS: self.swift_before, PEER: self.python_before}[kernel]

    def work(self, kernel, number):
        work = {OURS: self.swift_work, PEER: self.python_work}[kernel]
        return work.replace("{n}", str(number))


def same(ours, peers):
    """Whether two texts are the same numbers, to twelve digits."""
    one, other = ([float(x) for x in text.strip("'\"").split()] for text in (ours, peers))
    return len(one) == len(other) and all(
        abs(a - b) <= 1e-12 * max(abs(a), abs(b)) for a, b in zip(one, other, strict=True)
    )
