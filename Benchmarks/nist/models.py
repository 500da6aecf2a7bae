"""The models of NIST's 27 nonlinear sets, as their files write them."""

from numpy import arctan, cos, exp, pi, sin


def exponentials(x, a, b, c, d, e, f):
    return a * exp(-b * x) + c * exp(-d * x) + e * exp(-f * x)


def peaks(x, a, b, c, d, e, f, g, h):
    return a * exp(-b * x) + c * exp(-((x - d) ** 2) / e**2) + f * exp(-((x - g) ** 2) / h**2)


def cubics(x, a, b, c, d, e, f, g):
    return (a + b * x + c * x**2 + d * x**3) / (1 + e * x + f * x**2 + g * x**3)


def decay(x, a, b, c):
    return exp(-a * x) / (b + c * x)


def enso(x, a, b, c, d, e, f, g, h, i):
    turn = 2 * pi * x
    return (
        a + b * cos(turn / 12) + c * sin(turn / 12) + e * cos(turn / d) + f * sin(turn / d)
        + h * cos(turn / g) + i * sin(turn / g)
    )


MODELS = {
    "Misra1a": lambda x, a, b: a * (1 - exp(-b * x)),
    "Chwirut2": decay,
    "Chwirut1": decay,
    "Lanczos3": exponentials,
    "Gauss1": peaks,
    "Gauss2": peaks,
    "DanWood": lambda x, a, b: a * x**b,
    "Misra1b": lambda x, a, b: a * (1 - (1 + b * x / 2) ** -2.0),
    "Kirby2": lambda x, a, b, c, d, e: (a + b * x + c * x**2) / (1 + d * x + e * x**2),
    "Hahn1": cubics,
    "Nelson": lambda x, a, b, c: a - b * x[0] * exp(-c * x[1]),
    "MGH17": lambda x, a, b, c, d, e: a + b * exp(-x * d) + c * exp(-x * e),
    "Lanczos1": exponentials,
    "Lanczos2": exponentials,
    "Gauss3": peaks,
    "Misra1c": lambda x, a, b: a * (1 - (1 + 2 * b * x) ** -0.5),
    "Misra1d": lambda x, a, b: a * b * x / (1 + b * x),
    "Roszman1": lambda x, a, b, c, d: a - b * x - arctan(c / (x - d)) / pi,
    "ENSO": enso,
    "MGH09": lambda x, a, b, c, d: a * (x**2 + x * b) / (x**2 + x * c + d),
    "Thurber": cubics,
    "BoxBOD": lambda x, a, b: a * (1 - exp(-b * x)),
    "Rat42": lambda x, a, b, c: a / (1 + exp(b - c * x)),
    "MGH10": lambda x, a, b, c: a * exp(b / (x + c)),
    "Eckerle4": lambda x, a, b, c: a / b * exp(-0.5 * ((x - c) / b) ** 2),
    "Rat43": lambda x, a, b, c, d: a / (1 + exp(b - c * x)) ** (1 / d),
    "Bennett5": lambda x, a, b, c: a * (b + x) ** (-1 / c),
}
