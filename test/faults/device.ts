import type { Hub } from 'hubtwin-emulator'
import { keyCredentials } from '../../core/src/credentials/key.ts'
import { parseConnectionString } from '../../core/src/protocol/connection-string.ts'
import { openMqttWire } from '../../core/src/runtime/mqtt-wire.ts'
import type { TwinObservation } from '../../core/src/session/observation.ts'
import { createTwin } from '../../core/src/twin/create-twin.ts'
import type { DesiredChange } from '../../core/src/twin/desired-view.ts'
import { checkOptions } from '../../core/src/twin/options.ts'
import type { Twin } from '../../core/src/twin/twin.ts'
import { createSeededClock, type SeededClock } from './seeded-clock.ts'

/** Everything that a device saw, in the order in which it did. */
export type Seen =
  | { readonly type: 'observed'; readonly observation: TwinObservation }
  | { readonly type: 'delivered'; readonly change: DesiredChange }

export interface Device {
  readonly twin: Twin
  readonly clock: SeededClock
  readonly seen: readonly Seen[]
  /** What each path's listener got last. */
  readonly last: ReadonlyMap<string, unknown>
  /** What must never be seen. */
  readonly secrets: readonly string[]
  tell(event: 'wake' | 'sleep'): void
}

export const paths: readonly string[] = ['', 'a', 'b', 'b.x', 'c']

export interface DeviceOptions {
  readonly deviceId: string
  /** Of the proxy. */
  readonly port: number
  /** How long a token seems to be good for. The hub takes it for an hour: what is tried is the change, not the hub's patience. */
  readonly tokenLifeInMs: number
  readonly seed: number
}

/** The real client, its waits short, and its chance from a seed. */
export function openDevice(hub: Hub, { deviceId, port, tokenLifeInMs, seed }: DeviceOptions): Device {
  const { identity, sharedAccessKey = '' } = parseConnectionString(
    hub.connectionStrings.device(deviceId, { plain: true }),
  )
  const key = keyCredentials(identity, sharedAccessKey)
  const clock = createSeededClock(seed)
  const seen: Seen[] = []
  const last = new Map<string, unknown>()
  const secrets = [sharedAccessKey]
  let tell = (_: 'wake' | 'sleep'): void => {}
  const credentials = {
    identity,
    async token() {
      const { password } = await key.token()
      secrets.push(password, /sig=([^&]+)/.exec(password)?.[1] ?? password)
      return { password, expiresAt: clock.now() + tokenLifeInMs }
    },
  }
  const options = checkOptions(
    {
      endpoint: `ws://127.0.0.1:${port}`,
      requestTimeoutInMs: 250,
      connectTimeoutInMs: 400,
      keepaliveInSeconds: 1,
      retryDelayInMs: 10,
      maxRetryDelayInMs: 60,
      minUptimeInMs: 50,
      wakeTimeoutInMs: 100,
      observer: (observation) => seen.push({ type: 'observed', observation }),
      wakeSource(listener) {
        tell = listener
        return () => {}
      },
    },
    identity,
  )
  const twin = createTwin(credentials, options, openMqttWire, clock)
  for (const path of paths) {
    twin.onDesired(path, (change: DesiredChange) => {
      last.set(path, change.value)
      if (path === '') seen.push({ type: 'delivered', change })
    })
  }
  return { twin, clock, seen, last, secrets, tell: (event) => tell(event) }
}
