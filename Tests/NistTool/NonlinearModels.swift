import ApusStats

typealias NonlinearModel = @Sendable ([DualNumber], [DualNumber]) -> DualNumber

/// The models of the 27 nonlinear sets, as their files write them.
let nonlinearModels: [String: NonlinearModel] = [
  "Misra1a": { b, x in b[0] * (1 - .exp(-b[1] * x[0])) },
  "Misra1b": { b, x in b[0] * (1 - .pow(1 + b[1] * x[0] / 2, -2)) },
  "Misra1c": { b, x in b[0] * (1 - 1 / .sqrt(1 + 2 * b[1] * x[0])) },
  "Misra1d": { b, x in b[0] * b[1] * x[0] / (1 + b[1] * x[0]) },
  "Chwirut1": decay, "Chwirut2": decay,
  "Lanczos1": exponentials, "Lanczos2": exponentials, "Lanczos3": exponentials,
  "Gauss1": peaks, "Gauss2": peaks, "Gauss3": peaks,
  "DanWood": { b, x in b[0] * .pow(x[0], b[1]) },
  "Kirby2": { b, x in
    let top: DualNumber = b[0] + x[0] * (b[1] + x[0] * b[2])
    return top / (1 + x[0] * (b[3] + x[0] * b[4]))
  },
  "Hahn1": cubics, "Thurber": cubics,
  "Nelson": { b, x in b[0] - b[1] * x[0] * .exp(-b[2] * x[1]) },
  "MGH17": { b, x in
    let first: DualNumber = b[1] * .exp(-x[0] * b[3])
    let second: DualNumber = b[2] * .exp(-x[0] * b[4])
    return b[0] + first + second
  },
  "Roszman1": { b, x in
    let angle: DualNumber = .atan(b[2] / (x[0] - b[3]))
    return b[0] - b[1] * x[0] - angle / DualNumber(Double.pi)
  },
  "ENSO": { b, x in
    let turn = DualNumber(2 * Double.pi) * x[0]
    func wave(_ period: DualNumber, _ a: DualNumber, _ c: DualNumber) -> DualNumber {
      a * .cos(turn / period) + c * .sin(turn / period)
    }
    return b[0] + wave(12, b[1], b[2]) + wave(b[3], b[4], b[5]) + wave(b[6], b[7], b[8])
  },
  "MGH09": { b, x in
    let square: DualNumber = x[0] * x[0]
    return b[0] * (square + x[0] * b[1]) / (square + x[0] * b[2] + b[3])
  },
  "BoxBOD": { b, x in b[0] * (1 - .exp(-b[1] * x[0])) },
  "Rat42": { b, x in b[0] / (1 + .exp(b[1] - b[2] * x[0])) },
  "MGH10": { b, x in b[0] * .exp(b[1] / (x[0] + b[2])) },
  "Eckerle4": { b, x in
    let distance: DualNumber = (x[0] - b[2]) / b[1]
    return b[0] / b[1] * .exp(-0.5 * distance * distance)
  },
  "Rat43": { b, x in b[0] / .pow(1 + .exp(b[1] - b[2] * x[0]), 1 / b[3]) },
  "Bennett5": { b, x in b[0] * .pow(b[1] + x[0], -1 / b[2]) },
]

private let decay: NonlinearModel = { b, x in .exp(-b[0] * x[0]) / (b[1] + b[2] * x[0]) }

private let exponentials: NonlinearModel = { b, x in
  let first: DualNumber = b[0] * .exp(-b[1] * x[0])
  let second: DualNumber = b[2] * .exp(-b[3] * x[0])
  return first + second + b[4] * .exp(-b[5] * x[0])
}

private let peaks: NonlinearModel = { b, x in
  func peak(_ height: DualNumber, _ center: DualNumber, _ width: DualNumber) -> DualNumber {
    let distance = (x[0] - center) / width
    return height * .exp(-distance * distance)
  }
  return b[0] * .exp(-b[1] * x[0]) + peak(b[2], b[3], b[4]) + peak(b[5], b[6], b[7])
}

private let cubics: NonlinearModel = { b, x in
  let top: DualNumber = b[0] + x[0] * (b[1] + x[0] * (b[2] + x[0] * b[3]))
  return top / (1 + x[0] * (b[4] + x[0] * (b[5] + x[0] * b[6])))
}
