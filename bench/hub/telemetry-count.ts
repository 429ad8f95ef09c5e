interface Count {
  readonly messages: number
  readonly sum: number
}

/** Counts the messages `{ n }` of each device, and adds their numbers. */
export interface TelemetryCount {
  add(deviceId: string, body: Buffer): void
  of(deviceId: string): Count
}

export function createTelemetryCount(): TelemetryCount {
  const counts = new Map<string, Count>()
  const of = (deviceId: string): Count => counts.get(deviceId) ?? { messages: 0, sum: 0 }
  return {
    add(deviceId, body) {
      const { n } = JSON.parse(body.toString()) as { readonly n: number }
      const { messages, sum } = of(deviceId)
      counts.set(deviceId, { messages: messages + 1, sum: sum + n })
    },
    of,
  }
}
