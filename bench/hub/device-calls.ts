import type { Hub } from 'hubtwin-emulator'
import type { CallTimes, HubCalls } from './calls.ts'
import { createTelemetryCount } from './telemetry-count.ts'

/** The calls of a bench that concern telemetry and methods. */
export function createDeviceCalls(hub: Hub): Pick<HubCalls, 'telemetry' | 'callMethods'> {
  const stored = createTelemetryCount()
  hub.events.listen((event) => {
    if (event.type === 'telemetry') stored.add(event.deviceId, Buffer.from(event.body))
  })

  async function callMethods(deviceId: string, count: number, atOnce: number): Promise<CallTimes> {
    const times: number[] = []
    let next = 0
    const lane = async (): Promise<void> => {
      while (next < count) {
        const n = ++next
        const startedAt = performance.now()
        const { status, payload } = await hub.invokeMethod(deviceId, {
          ...{ methodName: 'echo', payload: { n } },
          connectTimeoutInSeconds: 30,
        })
        times.push(performance.now() - startedAt)
        if (status !== 200 || (payload as { readonly n?: number } | null)?.n !== n) {
          throw new Error(`Call ${n} got ${status} ${JSON.stringify(payload)}`)
        }
      }
    }
    // The official client subscribes in the background.
    await hub.invokeMethod(deviceId, { methodName: 'echo', payload: {}, connectTimeoutInSeconds: 30 })
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: atOnce }, lane))
    const milliseconds = performance.now() - startedAt
    times.sort((a, b) => a - b)
    return { milliseconds, p99InMs: times[Math.ceil(0.99 * times.length) - 1] ?? Number.NaN }
  }

  return {
    telemetry: async ({ deviceId }) => stored.of(deviceId),
    callMethods: ({ deviceId, count, atOnce }) => callMethods(deviceId, count, atOnce),
  }
}
