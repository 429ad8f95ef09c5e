/** Spans all values, and at least four degrees, so that a tenth of a degree stays small. */
export function chartRange(values: readonly number[]): [number, number] {
  const [low, high] = values.length === 0 ? [18, 20] : [Math.min(...values), Math.max(...values)]
  const room = Math.max(0.5, (4 - (high - low)) / 2)
  return [low - room, high + room]
}

/** Round values between both ends, at most six. */
export function chartSplits(low: number, high: number): number[] {
  const step = [1, 2, 5, 10, 20].find((each) => (high - low) / each <= 5) ?? 50
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step)
}
