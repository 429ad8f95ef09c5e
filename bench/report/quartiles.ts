export interface Quartiles {
  readonly lower: number
  readonly median: number
  readonly upper: number
}

/** @throws RangeError without samples */
export function quartiles(samples: readonly number[]): Quartiles {
  if (samples.length === 0) throw new RangeError('There are no samples')
  const sorted = [...samples].sort((a, b) => a - b)
  return { lower: at(sorted, 0.25), median: at(sorted, 0.5), upper: at(sorted, 0.75) }
}

/** Interpolates between two samples. */
function at(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part
  const [low = 0, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return low + (high - low) * (place - Math.floor(place))
}
