import type { Hub } from 'hubtwin-emulator'
import { parseConnectionString } from '../../core/src/protocol/connection-string.ts'
import type { TwinStatus } from '../../core/src/protocol/machine-states.ts'
import type { TwinObservation } from '../../core/src/session/observation.ts'
import { createTwin } from '../../core/src/twin/create-twin.ts'
import type { DesiredChange } from '../../core/src/twin/changes.ts'
import { checkOptions, type TwinOptions } from '../../core/src/twin/options.ts'
import type { Twin } from '../../core/src/twin/twin.ts'
import type { Client } from './client.ts'
import { type FeatureSettings, openFeatures } from './device-features.ts'
import { createSeededClock, type SeededClock } from './seeded-clock.ts'
import { PATHS, type DeviceStep } from './step.ts'
import { createTokens } from './tokens.ts'
import { type Transport, transports } from './transport.ts'

/**
 * Every observation and event of a device, in order. Its time comes from a clock that no step sets.
 */
export type Seen = { readonly atInMs: number } & (
  | { readonly type: 'observed'; readonly observation: TwinObservation }
  | {
      readonly type: 'delivered'
      readonly listener: Listener
      readonly before: unknown
      readonly change: DesiredChange
    }
  | { readonly type: 'status'; readonly status: TwinStatus }
  | { readonly type: 'applied'; readonly step: DeviceStep }
  | { readonly type: 'settled'; readonly n: number; readonly outcome: 'resolved' | 'rejected' }
)

export interface Listener {
  readonly path: string
  /** The value of the last call. */
  value: unknown
}

/** An open promise, with its name. It must settle. */
export interface Given {
  readonly what: string
  ended: boolean
}

export interface Device extends Client {
  readonly twin: Twin
  readonly clock: SeededClock
  readonly options: typeof SHORT_WAITS
  readonly seen: readonly Seen[]
  /** The number of CONNECTs so far. */
  readonly connects: number
  readonly listeners: readonly Listener[]
  readonly given: readonly Given[]
  /** Secrets that no output may contain. */
  readonly secrets: readonly string[]
}

export interface DeviceOptions {
  readonly deviceId: string
  /** The port of the proxy. */
  readonly port: number
  readonly tokenLifeInMs: number
  readonly seed: number
  /** @default light */
  readonly transport?: Transport
  /** Telemetry and methods. @default none: a twin only */
  readonly features?: FeatureSettings | undefined
  /** Options that replace the short waits. */
  readonly waits?: TwinOptions
}

export const SHORT_WAITS = {
  requestTimeoutInMs: 250,
  connectTimeoutInMs: 400,
  keepaliveInSeconds: 1,
  retryDelayInMs: 10,
  maxRetryDelayInMs: 60,
  minUptimeInMs: 100,
  wakeTimeoutInMs: 100,
} as const satisfies TwinOptions

/** Opens the real client with short waits and seeded randomness. */
export function openDevice(hub: Hub, options: DeviceOptions): Device {
  const history = createHistory()
  const client = openClient(hub, options, history)
  const { twin, clock, tokens, features } = client
  for (const path of PATHS) listen(twin, path, history)
  twin.onStatus((status) => history.see({ type: 'status', status }))
  history.give('ready()', twin.ready())
  history.give('changes()', drain(twin.changes()))
  history.give('statuses()', drain(twin.statuses()))

  return {
    twin,
    clock,
    options: SHORT_WAITS,
    seen: history.seen,
    get connects() {
      return history.connects
    },
    listeners: history.listeners,
    given: history.given,
    secrets: tokens.secrets,
    report: (patch, signal) => twin.report(patch, { signal }),
    refresh: () => twin.refresh(),
    ...(features && {
      send(n: number, padding: number, signal: AbortSignal) {
        const sending = features.send(n, padding, signal)
        sending.then(
          () => history.see({ type: 'settled', n, outcome: 'resolved' }),
          () => history.see({ type: 'settled', n, outcome: 'rejected' }),
        )
        return sending
      },
    }),
    runs: features?.runs ?? [],
    handled: features?.handled,
    get isReady() {
      return twin.status.type === 'ready'
    },
    get desired() {
      return twin.desired
    },
    get version() {
      return twin.versions.desired
    },
    apply(step) {
      history.see({ type: 'applied', step })
      applyStep(step, client, history)
    },
    close: () => (features ?? twin).close(),
  }
}

type Happened<Event = Seen> = Event extends Seen ? Omit<Event, 'atInMs'> : never

interface History {
  readonly seen: readonly Seen[]
  readonly listeners: Listener[]
  readonly given: readonly Given[]
  readonly connects: number
  see(happened: Happened): void
  give(what: string, promise: Promise<unknown>): void
}

function createHistory(): History {
  const seen: Seen[] = []
  const given: Given[] = []
  let connects = 0
  return {
    seen,
    listeners: [],
    given,
    get connects() {
      return connects
    },
    see(happened) {
      if (happened.type === 'observed') {
        const { observation } = happened
        if (observation.type === 'sent' && observation.packet === 'CONNECT') connects++
      }
      seen.push({ ...happened, atInMs: performance.now() })
    },
    give(what, promise) {
      const record: Given = { what, ended: false }
      given.push(record)
      const end = (): void => void (record.ended = true)
      promise.then(end, end)
    },
  }
}

interface OpenClient {
  readonly twin: Twin
  readonly features: ReturnType<typeof openFeatures> | undefined
  readonly clock: SeededClock
  readonly tokens: ReturnType<typeof createTokens>
  notify(type: 'wake' | 'sleep'): void
}

function openClient(
  hub: Hub,
  { deviceId, port, tokenLifeInMs, seed, transport = transports.light, waits = SHORT_WAITS, features }: DeviceOptions,
  history: History,
): OpenClient {
  const text = hub.connectionStrings.device(deviceId, { plain: true })
  const { identity, sharedAccessKey = '' } = parseConnectionString(text)
  const clock = createSeededClock(seed)
  const tokens = createTokens(identity, sharedAccessKey, () => clock.now() + tokenLifeInMs)
  let notify = (_: 'wake' | 'sleep'): void => {}
  const options = checkOptions(
    {
      ...waits,
      pipelining: transport.pipelining,
      endpoint: `ws://127.0.0.1:${port}`,
      observer: (observation) => history.see({ type: 'observed', observation }),
      wakeSource(listener) {
        notify = listener
        return () => {}
      },
    },
    identity,
  )
  const opened = features && openFeatures(tokens, options, transport, clock, features)
  const twin = opened?.twin ?? createTwin(tokens, options, transport.openWire, clock)
  return { twin, features: opened, clock, tokens, notify: (type) => notify(type) }
}

function listen(twin: Twin, path: string, history: History): void {
  const listener: Listener = { path, value: undefined }
  history.listeners.push(listener)
  twin.onDesired(path, (change: DesiredChange) => {
    history.see({ type: 'delivered', listener, before: listener.value, change })
    listener.value = change.value
  })
}

function applyStep(step: DeviceStep, { twin, clock, tokens, notify }: OpenClient, history: History): void {
  switch (step.type) {
    case 'wake':
    case 'sleep':
      return notify(step.type)
    case 'clock':
      return clock.jump(step.byInMs)
    case 'listen':
      return listen(twin, step.path, history)
    case 'fail-token':
    case 'delay-token':
      return tokens.apply(step.type, step.times)
  }
}

async function drain(iterator: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of iterator) void _
}
