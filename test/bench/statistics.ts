// Figures of several rounds: median, range, ratio of two series round by round, growth with size.

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length === 0) throw new Error('no value, so no median')
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/** The median of the ratios of each round: what slows a whole round down does not count. */
export function ratioByRound(ours: readonly number[], others: readonly number[]): number {
  if (ours.length !== others.length) throw new Error('both series need the same rounds')
  return median(ours.map((value, round) => value / others[round]!))
}

export interface Point {
  readonly size: number
  readonly cost: number
}

/** The exponent k of cost = c · size^k that fits best: 1 is linear, 2 is quadratic. */
export function growthExponent(points: readonly Point[]): number {
  const logs = points.map(({ size, cost }) => [Math.log(size), Math.log(cost)] as const)
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(logs.map(([size]) => size)), mean(logs.map(([, cost]) => cost))]
  const covariance = mean(logs.map(([size, cost]) => (size - x) * (cost - y)))
  return covariance / mean(logs.map(([size]) => (size - x) ** 2))
}

/** The cost of one more, from each point to the next. */
export function stepCosts(points: readonly Point[]): readonly Point[] {
  return points.slice(1).map(({ size, cost }, index) => {
    const before = points[index]!
    return { size, cost: (cost - before.cost) / (size - before.size) }
  })
}
