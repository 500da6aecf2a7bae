"""Compares our scene of a chart with the one that Vega makes of the same chart's specification."""

import re

TOLERANCE = 1.0


def plots_of(scenegraph):
    """The plots of a scene graph of Vega, in the order of the specification."""
    found = []

    def visit(group_mark):
        for item in group_mark.get("items", []):
            children = item.get("items", [])
            marks, axes, nested = [], [], []
            for child in children:
                role, kind = child.get("role", ""), child.get("marktype")
                name = child.get("name") or ""
                if role == "axis":
                    axes.append(child)
                elif "brush" in name or role in ("legend", "title"):
                    continue
                elif kind == "group" and "pathgroup" in name:
                    curves = []
                    for curve in child["items"]:
                        curves += curve.get("items", [])
                    marks.append(("curves", curves))
                elif kind == "group" and role in ("legend-entry", "column-header", "row-header"):
                    continue
                elif kind == "group":
                    nested.append(child)
                elif role == "mark":
                    marks.append((kind, [child] if kind in ("line", "area") else child["items"]))
            if marks or axes:
                found.append(
                    {
                        "width": item.get("width", 0),
                        "height": item.get("height", 0),
                        "marks": marks,
                        "axes": axes,
                    }
                )
            for child in nested:
                visit(child)

    visit(scenegraph["scenegraph"])
    return found


def axis_of(plot, orient):
    """Places and labels of an axis's ticks, and its title."""
    ticks, labels, title = [], [], ""
    along = "x" if orient == "bottom" else "y"
    for axis in plot["axes"]:
        item = axis["items"][0]
        if item.get("orient") != orient:
            continue
        for part in item["items"]:
            role = part.get("role")
            if role == "axis-tick":
                ticks += [tick.get(along, 0) for tick in part["items"]]
            elif role == "axis-label":
                labels += [
                    (label.get(along, 0), str(label.get("text", "")))
                    for label in part["items"]
                    if label.get("opacity", 1) != 0
                ]
            elif role == "axis-title":
                text = part["items"][0].get("text", "")
                title = " ".join(text) if isinstance(text, list) else text
    return ticks, labels, title


def rgb(color):
    """Red, green and blue of a CSS colour."""
    if color is None:
        return None
    if color.startswith("#"):
        return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))
    numbers = re.findall(r"[\d.]+", color)
    return tuple(round(float(number)) for number in numbers[:3])


class Comparison:
    """What differs between two scenes of one chart."""

    def __init__(self, name):
        self.name = name
        self.faults = []
        self.compared = 0

    def fault(self, text):
        if len(self.faults) < 20:
            self.faults.append(f"{self.name}: {text}")

    def near(self, what, ours, theirs, tolerance=TOLERANCE):
        self.compared += 1
        if ours is None or theirs is None or abs(ours - theirs) > tolerance:
            self.fault(f"{what}: {ours} of ours, {theirs} of Vega")

    def same(self, what, ours, theirs):
        self.compared += 1
        if ours != theirs:
            self.fault(f"{what}: {ours!r} of ours, {theirs!r} of Vega")

    def color(self, what, ours, theirs):
        self.compared += 1
        ours, theirs = rgb(ours), rgb(theirs)
        if ours is None or theirs is None or any(abs(a - b) > 2 for a, b in zip(ours, theirs)):
            self.fault(f"{what}: colour {ours} of ours, {theirs} of Vega")

    def scenes(self, scene, scenegraph):
        theirs = plots_of(scenegraph)
        self.same("number of plots", len(scene["plots"]), len(theirs))
        for place, (plot, other) in enumerate(zip(scene["plots"], theirs)):
            self.plot(f"plot {place}", plot, other)

    def plot(self, what, ours, theirs):
        self.near(f"{what} width", ours["width"], theirs["width"])
        self.near(f"{what} height", ours["height"], theirs["height"])
        for name, orient in (("x", "bottom"), ("y", "left")):
            self.axis(f"{what} {name}", ours[name], *axis_of(theirs, orient))
        self.same(f"{what} layers", len(ours["marks"]), len(theirs["marks"]))
        for place, (layer, (kind, items)) in enumerate(zip(ours["marks"], theirs["marks"])):
            self.layer(f"{what} layer {place}", layer, kind, items)

    def axis(self, what, ours, ticks, labels, title):
        if not ours or "ticks" not in ours:
            self.same(f"{what} labels", [], labels)
            return
        self.same(f"{what} title", ours["title"], title)
        shown = [tick for tick in ours["ticks"] if tick["label"]]
        self.same(f"{what} labels", [tick["label"] for tick in shown], [text for _, text in labels])
        for tick, (place, text) in zip(shown, labels):
            self.near(f"{what} tick {text}", tick["at"], place)
        if shown:
            self.same(f"{what} ticks", len(ours["ticks"]), len(ticks))

    def layer(self, what, layer, kind, items):
        ours = layer["items"]
        if layer["kind"] in ("line", "area"):
            self.curves(what, layer["kind"], ours, items)
            return
        expected = {
            "point": "symbol",
            "bar": "rect",
            "rect": "rect",
            "tick": "rect",
            "rule": "rule",
            "text": "text",
            "arc": "arc",
        }[layer["kind"]]
        self.same(f"{what} kind", expected, kind)
        self.same(f"{what} number of marks", len(ours), len(items))
        compare = getattr(self, expected)
        for place, (mark, item) in enumerate(zip(ours, items)):
            compare(f"{what} {kind} {place}", mark, item)

    def curves(self, what, kind, ours, theirs):
        # A layer without rows may have no curve.
        theirs = [curve for curve in theirs if curve.get("items")]
        self.same(f"{what} number of curves", len(ours), len(theirs))
        # Vega has them in the order in which they come in the rows, as we have.
        for place, (mark, curve) in enumerate(zip(ours, theirs)):
            self.same(f"{what} kind", kind, curve["marktype"])
            items = curve["items"]
            self.same(f"{what} curve {place} points", len(mark["points"]), len(items))
            first = items[0]
            self.color(f"{what} curve {place}", mark["color"], first.get("stroke") or first.get("fill"))
            for number, ((x, y), item) in enumerate(zip(mark["points"], items)):
                where = f"{what} curve {place} point {number}"
                if kind == "line":
                    self.near(f"{where} x", x, item["x"])
                    self.near(f"{where} y", y, item["y"])
                    continue
                base = mark["baseline"][number]
                if item.get("orient") == "horizontal":
                    ends = sorted((item["x"], item.get("x2", item["x"] + item.get("width", 0))))
                    self.near(f"{where} y", y, item["y"])
                    both = sorted((x, base[0]))
                else:
                    ends = sorted((item["y"], item.get("y2", item["y"] + item.get("height", 0))))
                    self.near(f"{where} x", x, item["x"])
                    both = sorted((y, base[1]))
                self.near(f"{where} low", both[0], ends[0])
                self.near(f"{where} high", both[1], ends[1])

    def symbol(self, what, mark, item):
        self.near(f"{what} x", mark["x"], item.get("x", 0))
        self.near(f"{what} y", mark["y"], item.get("y", 0))
        self.near(f"{what} size", mark["size"], item["size"])
        self.same(f"{what} shape", mark["shape"], item.get("shape", "circle"))
        fill = item.get("fill")
        self.color(what, mark["color"], item.get("stroke") if fill in (None, "transparent") else fill)

    def rect(self, what, mark, item):
        for key in ("x", "y", "width", "height"):
            self.near(f"{what} {key}", mark[key], item.get(key, 0))
        self.color(what, mark["color"], item.get("fill"))

    def rule(self, what, mark, item):
        x, y = item.get("x", 0), item.get("y", 0)
        ends = sorted([(x, y), (item.get("x2", x), item.get("y2", y))])
        ours = sorted([(mark["x"], mark["y"]), (mark["x2"], mark["y2"])])
        for (ax, ay), (bx, by) in zip(ours, ends):
            self.near(f"{what} x", ax, bx)
            self.near(f"{what} y", ay, by)
        self.color(what, mark["color"], item.get("stroke"))

    def text(self, what, mark, item):
        self.near(f"{what} x", mark["x"], item.get("x", 0) + item.get("dx", 0))
        self.near(f"{what} y", mark["y"], item.get("y", 0) + item.get("dy", 0))
        self.same(f"{what} text", mark["text"], str(item.get("text")))

    def arc(self, what, mark, item):
        for ours, theirs in (
            ("x", "x"),
            ("y", "y"),
            ("inner", "innerRadius"),
            ("outer", "outerRadius"),
        ):
            self.near(f"{what} {ours}", mark[ours], item.get(theirs, 0))
        self.near(f"{what} from", mark["from"], item["startAngle"], 0.001)
        self.near(f"{what} to", mark["to"], item["endAngle"], 0.001)
        self.color(what, mark["color"], item.get("fill"))
