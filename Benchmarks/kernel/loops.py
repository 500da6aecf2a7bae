"""Loops over numbers: three in functions of an earlier cell, three plain at top level."""

from programs import Program

SUM = Program(
    "sum",
    "",
    """
var total = 0
for i in 0..<5_000_{n} {
  total += i * i % 7
}
total
""",
    "",
    """
total = 0
for i in range(5_000_{n}):
    total += i * i % 7
total
""",
)

MATRIX = Program(
    "matrix product",
    """
func matrix(_ size: Int, _ element: (Int, Int) -> Double) -> [[Double]] {
  (0..<size).map { i in (0..<size).map { j in element(i, j) } }
}
func multiply(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
  var product = matrix(a.count) { _, _ in 0 }
  for i in 0..<a.count {
    for j in 0..<b.count {
      var sum = 0.0
      for k in 0..<b.count {
        sum += a[i][k] * b[k][j]
      }
      product[i][j] = sum
    }
  }
  return product
}
""",
    """
let size = 200
let a = matrix(size) { i, j in Double((i * {n} + j) % 10) }
let b = matrix(size) { i, j in Double((i + j * {n}) % 10) }
let c = multiply(a, b)
var trace = 0.0
for i in 0..<size {
  trace += c[i][i]
}
trace
""",
    """
def matrix(size, element):
    return [[element(i, j) for j in range(size)] for i in range(size)]

def multiply(a, b):
    product = matrix(len(a), lambda i, j: 0.0)
    for i in range(len(a)):
        for j in range(len(b)):
            total = 0.0
            for k in range(len(b)):
                total += a[i][k] * b[k][j]
            product[i][j] = total
    return product
""",
    """
size = 200
a = matrix(size, lambda i, j: float((i * {n} + j) % 10))
b = matrix(size, lambda i, j: float((i + j * {n}) % 10))
c = multiply(a, b)
trace = 0.0
for i in range(size):
    trace += c[i][i]
trace
""",
)

BODIES = [
    (0, 0, 0, 0, 0, 0, 39.47841760435743),
    (4.84143144246472, -1.16032004402742, -0.10362204447112,
     0.60632639299583, 2.81198684491626, -0.02521836165988, 0.03769367487038),
    (8.34336671824457, 4.12479856412430, -0.40352341711432,
     -1.01077434617879, 1.82566237123041, 0.00841576137658, 0.01128632613196),
    (12.8943695621391, -15.1111514016986, -0.22330757889265,
     1.08279100644153, 0.86871301816960, -0.01083263740136, 0.00172372405705),
    (15.3796971148509, -25.9193146099879, 0.17925877295037,
     0.97909073224389, 0.59469899864767, -0.03475595551615, 0.00203368686992),
]  # fmt: skip
NAMES = ("x", "y", "z", "vx", "vy", "vz", "mass")
SWIFT_BODIES = ",\n".join(
    "  Body(" + ", ".join(f"{k}: {v}" for k, v in zip(NAMES, body, strict=True)) + ")"
    for body in BODIES
)
PYTHON_BODIES = ",\n".join(f"    Body({', '.join(map(str, body))})" for body in BODIES)

N_BODY = Program(
    "n-body",
    f"""
struct Body {{
  var x, y, z, vx, vy, vz, mass: Double
}}
func solarSystem() -> [Body] {{
  [
{SWIFT_BODIES},
  ]
}}
func advance(_ bodies: inout [Body], by dt: Double) {{
  for i in 0..<bodies.count {{
    for j in (i + 1)..<bodies.count {{
      let dx = bodies[i].x - bodies[j].x
      let dy = bodies[i].y - bodies[j].y
      let dz = bodies[i].z - bodies[j].z
      let square = dx * dx + dy * dy + dz * dz
      let magnitude = dt / (square * square.squareRoot())
      bodies[i].vx -= dx * bodies[j].mass * magnitude
      bodies[i].vy -= dy * bodies[j].mass * magnitude
      bodies[i].vz -= dz * bodies[j].mass * magnitude
      bodies[j].vx += dx * bodies[i].mass * magnitude
      bodies[j].vy += dy * bodies[i].mass * magnitude
      bodies[j].vz += dz * bodies[i].mass * magnitude
    }}
  }}
  for i in 0..<bodies.count {{
    bodies[i].x += dt * bodies[i].vx
    bodies[i].y += dt * bodies[i].vy
    bodies[i].z += dt * bodies[i].vz
  }}
}}
""",
    """
var bodies = solarSystem()
for _ in 0..<60_{n} {
  advance(&bodies, by: 0.01)
}
"\\(bodies[0].x) \\(bodies[1].y) \\(bodies[4].vz)"
""",
    f"""
import math

class Body:
    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z = x, y, z
        self.vx, self.vy, self.vz = vx, vy, vz
        self.mass = mass

def solar_system():
    return [
{PYTHON_BODIES},
    ]

def advance(bodies, dt):
    for i, one in enumerate(bodies):
        for other in bodies[i + 1:]:
            dx = one.x - other.x
            dy = one.y - other.y
            dz = one.z - other.z
            square = dx * dx + dy * dy + dz * dz
            magnitude = dt / (square * math.sqrt(square))
            one.vx -= dx * other.mass * magnitude
            one.vy -= dy * other.mass * magnitude
            one.vz -= dz * other.mass * magnitude
            other.vx += dx * one.mass * magnitude
            other.vy += dy * one.mass * magnitude
            other.vz += dz * one.mass * magnitude
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy
        body.z += dt * body.vz
""",
    """
bodies = solar_system()
for _ in range(60_{n}):
    advance(bodies, 0.01)
f"{bodies[0].x} {bodies[1].y} {bodies[4].vz}"
""",
)

SIEVE = Program(
    "sieve",
    "",
    """
let limit = 3_000_{n}
var isPrime = [Bool](repeating: true, count: limit + 1)
isPrime[0] = false
isPrime[1] = false
var p = 2
while p * p <= limit {
  if isPrime[p] {
    for multiple in stride(from: p * p, through: limit, by: p) {
      isPrime[multiple] = false
    }
  }
  p += 1
}
isPrime.filter { $0 }.count
""",
    "",
    """
limit = 3_000_{n}
is_prime = [True] * (limit + 1)
is_prime[0] = False
is_prime[1] = False
p = 2
while p * p <= limit:
    if is_prime[p]:
        for multiple in range(p * p, limit + 1, p):
            is_prime[multiple] = False
    p += 1
sum(is_prime)
""",
)

MANDELBROT = Program(
    "Mandelbrot",
    "",
    """
let width = {n}, height = 200, most = 100
var inside = 0
for row in 0..<height {
  for column in 0..<width {
    let cx = 3.0 * Double(column) / Double(width) - 2.2
    let cy = 2.4 * Double(row) / Double(height) - 1.2
    var x = 0.0, y = 0.0
    var steps = 0
    while steps < most && x * x + y * y <= 4 {
      (x, y) = (x * x - y * y + cx, 2 * x * y + cy)
      steps += 1
    }
    if steps == most {
      inside += 1
    }
  }
}
inside
""",
    "",
    """
width, height, most = {n}, 200, 100
inside = 0
for row in range(height):
    for column in range(width):
        cx = 3.0 * column / width - 2.2
        cy = 2.4 * row / height - 1.2
        x = y = 0.0
        steps = 0
        while steps < most and x * x + y * y <= 4:
            x, y = x * x - y * y + cx, 2 * x * y + cy
            steps += 1
        if steps == most:
            inside += 1
inside
""",
)

EDIT_DISTANCE = Program(
    "edit distance",
    """
func editDistance(_ one: String, _ other: String) -> Int {
  let a = Array(one), b = Array(other)
  var previous = Array(0...b.count)
  for i in 1...a.count {
    var current = [i]
    for j in 1...b.count {
      let cost = a[i - 1] == b[j - 1] ? 0 : 1
      current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost))
    }
    previous = current
  }
  return previous[b.count]
}
func text(length: Int, seed: Int) -> String {
  let letters = Array("abcdefgh")
  var state = seed
  return String(
    (0..<length).map { _ in
      state = (state * 1103515245 + 12345) % 2147483648
      return letters[state / 65536 % 8]
    })
}
""",
    "editDistance(text(length: 1200, seed: {n}), text(length: 1200, seed: {n} + 1))",
    """
def edit_distance(a, b):
    previous = list(range(len(b) + 1))
    for i in range(1, len(a) + 1):
        current = [i]
        for j in range(1, len(b) + 1):
            cost = 0 if a[i - 1] == b[j - 1] else 1
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost))
        previous = current
    return previous[len(b)]

def text(length, seed):
    letters = "abcdefgh"
    characters = []
    for _ in range(length):
        seed = (seed * 1103515245 + 12345) % 2147483648
        characters.append(letters[seed // 65536 % 8])
    return "".join(characters)
""",
    "edit_distance(text(length=1200, seed={n}), text(length=1200, seed={n} + 1))",
)

LOOPS = [SUM, MATRIX, N_BODY, SIEVE, MANDELBROT, EDIT_DISTANCE]
