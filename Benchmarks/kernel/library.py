"""What the standard libraries do: both sides in their own idiom."""

from programs import Program

# The same pseudo-random numbers and words in both languages.
SWIFT_DATA = """
import Foundation
func numbers(_ count: Int, seed: Int) -> [Int] {
  var state = seed
  return (0..<count).map { _ in
    state = (state * 1103515245 + 12345) % 2147483648
    return state
  }
}
func words(_ count: Int, seed: Int) -> [String] {
  numbers(count, seed: seed).map { "word\\($0 / 65536 % 5000)" }
}
"""
PYTHON_DATA = """
def numbers(count, seed):
    made = []
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2147483648
        made.append(seed)
    return made

def words(count, seed):
    return [f"word{n // 65536 % 5000}" for n in numbers(count, seed)]
"""

SORTING = Program(
    "sorting",
    SWIFT_DATA + "let many = numbers(600_000, seed: 7)\nlet names = words(200_000, seed: 8)",
    """
let sortedNumbers = many.map { $0 % 1_000_{n} }.sorted()
let sortedNames = names.sorted()
let byLast = names.sorted { $0.suffix(2) < $1.suffix(2) }
"\\(sortedNumbers[{n}]) \\(sortedNames[{n}].dropFirst(4)) \\(byLast[{n}].dropFirst(4))"
""",
    PYTHON_DATA + "many = numbers(600_000, seed=7)\nnames = words(200_000, seed=8)",
    """
sorted_numbers = sorted(x % 1_000_{n} for x in many)
sorted_names = sorted(names)
by_last = sorted(names, key=lambda name: name[-2:])
f"{sorted_numbers[{n}]} {sorted_names[{n}][4:]} {by_last[{n}][4:]}"
""",
)

COUNTING = Program(
    "dictionary counting",
    SWIFT_DATA + "let text = words(2_000_000, seed: 9)",
    """
var counts: [String: Int] = [:]
for word in text {
  counts[word, default: 0] += 1
}
"\\(counts.count) \\(counts["word{n}"]!) \\(counts.values.max()!)"
""",
    PYTHON_DATA + "from collections import defaultdict\ntext = words(2_000_000, seed=9)",
    """
counts = defaultdict(int)
for word in text:
    counts[word] += 1
f"{len(counts)} {counts['word{n}']} {max(counts.values())}"
""",
)

BUILDING = Program(
    "string building",
    "",
    """
var table = ""
for i in 0..<700_{n} {
  table += "\\(i),\\(i * i),row \\(i % 10)\\n"
}
"\\(table.utf8.count)"
""",
    "",
    """
rows = []
for i in range(700_{n}):
    rows.append(f"{i},{i * i},row {i % 10}\\n")
table = "".join(rows)
f"{len(table)}"
""",
)

JSON = Program(
    "JSON",
    SWIFT_DATA
    + """
struct Reading: Codable {
  var id: Int
  var station: String
  var values: [Double]
  var isChecked: Bool
}
func readings(_ count: Int, seed: Int) -> [Reading] {
  numbers(count, seed: seed).enumerated().map { i, n in
    Reading(
      id: i, station: "station \\(n % 100)", values: (0..<5).map { Double(n % 1000 + $0) / 8 },
      isChecked: n / 65536 % 2 == 0)
  }
}
""",
    """
let original = readings(40_{n}, seed: {n})
let data = try JSONEncoder().encode(original)
let decoded = try JSONDecoder().decode([Reading].self, from: data)
let total = decoded.reduce(0) { $0 + $1.values[4] }
let checked = decoded.filter { $0.isChecked && $0.station == "station 42" }
"\\(decoded.count) \\(total) \\(checked.count)"
""",
    PYTHON_DATA
    + """
import json

def readings(count, seed):
    return [
        {
            "id": i,
            "station": f"station {n % 100}",
            "values": [(n % 1000 + k) / 8 for k in range(5)],
            "isChecked": n // 65536 % 2 == 0,
        }
        for i, n in enumerate(numbers(count, seed))
    ]
""",
    """
original = readings(40_{n}, seed={n})
data = json.dumps(original)
decoded = json.loads(data)
total = sum(r["values"][4] for r in decoded)
checked = [r for r in decoded if r["isChecked"] and r["station"] == "station 42"]
f"{len(decoded)} {total} {len(checked)}"
""",
)

REGEX = Program(
    "regular expressions",
    SWIFT_DATA
    + """
let log = numbers(160_000, seed: 10).map {
  "10.0.\\($0 % 256).\\($0 / 65536 % 256) GET /page/\\($0 % 977) took \\($0 / 65536 % 900) ms"
}
""",
    """
let request = /GET (\\/\\w+\\/\\d+) took (\\d+) ms/
let ten = /^10\\.0\\.\\d\\d\\./
let digits = /\\d+/
var slow = 0, total = 0, hosts = 0
for line in log {
  if let match = line.firstMatch(of: request), let time = Int(match.2), time >= {n} {
    slow += 1
    total += time
  }
  if line.contains(ten) {
    hosts += 1
  }
}
let hidden = log[..<40_000].map { $0.replacing(digits, with: "#") }
"\\(slow) \\(total) \\(hosts) \\(hidden.joined().utf8.count)"
""",
    PYTHON_DATA
    + """
import re
log = [
    f"10.0.{n % 256}.{n // 65536 % 256} GET /page/{n % 977} took {n // 65536 % 900} ms"
    for n in numbers(160_000, seed=10)
]
""",
    """
request = re.compile(r"GET (/\\w+/\\d+) took (\\d+) ms")
ten = re.compile(r"^10\\.0\\.\\d\\d\\.")
digits = re.compile(r"\\d+")
slow = total = hosts = 0
for line in log:
    match = request.search(line)
    if match and int(match[2]) >= {n}:
        slow += 1
        total += int(match[2])
    if ten.search(line):
        hosts += 1
hidden = [digits.sub("#", line) for line in log[:40_000]]
f"{slow} {total} {hosts} {len(''.join(hidden))}"
""",
)

LIBRARY = [SORTING, COUNTING, BUILDING, JSON, REGEX]
