/** Returns the sample below which a part of all samples lies: 0.99 for p99. 0 without samples. */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

/** Returns p50, p99, and the maximum, in milliseconds. */
export function latencies(samples: readonly number[]): { p50: number; p99: number; max: number } {
  const round = (value: number): number => Math.round(value * 10) / 10
  return {
    p50: round(percentile(samples, 0.5)),
    p99: round(percentile(samples, 0.99)),
    max: round(percentile(samples, 1)),
  }
}
