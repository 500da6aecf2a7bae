"""The table of what was measured, and the lines that a machine reads."""

import math
import statistics

median = statistics.median


class Report:
    """Rows are printed as they come, the last lines together at the end."""

    def __init__(self):
        self.lines = []
        self.has_head = False

    def row(self, name, values, unit="ms"):
        """One row; seconds are given for `ms`."""
        if not self.has_head:
            print(f"{'':58} {'median':>10} {'min':>10} {'max':>10} {'n':>4}  unit")
            self.has_head = True
        shown = sorted(1000 * v if unit == "ms" else v for v in values)
        digits = f"{median(shown):10.2f} {shown[0]:10.2f} {shown[-1]:10.2f}"
        print(f"{name:58} {digits} {len(shown):4}  {unit}", flush=True)

    def say(self, text):
        print(f"  {text}", flush=True)

    def ratio(self, name, ours, peers):
        """The medians' ratio; smaller is better."""
        self.ratio_value(name, median(ours) / median(peers))

    def ratio_value(self, name, value):
        self.lines.append(f"ratio {name} {value:.3f}")

    def number(self, name, value):
        self.lines.append(f"{name} {value:.2f}")

    def finish(self):
        print("\n".join(self.lines))


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(v) for v in values))
