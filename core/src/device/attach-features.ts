import { checkObject } from '../protocol/checks.ts'
import { typeName } from '../protocol/json.ts'
import type { SessionState } from '../protocol/machine-states.ts'
import type { Features } from '../session/features.ts'
import type { AttachedFeature, ConnectionState, Feature } from './feature.ts'
import type { Hosting } from './hosting.ts'

/**
 * Features by the names of their properties of the device.
 * @example
 * ```ts
 * import { type FeatureSet, type NoFeatures, openDevice } from 'hubtwin'
 * import { methods } from 'hubtwin/methods'
 *
 * declare const connectionString: string
 * const use = { methods: methods({ concurrency: 1 }) } satisfies FeatureSet
 * const device = openDevice(connectionString, { use })
 * const sensor = openDevice<NoFeatures>(connectionString.replace('device1', 'device2'))
 * await Promise.all([device.close(), sensor.close()])
 * ```
 */
export type FeatureSet = Readonly<Record<string, Feature<unknown>>>

/** The set of a device that has a twin only. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- it adds no property
export type NoFeatures = Record<never, never>

export interface AttachedFeatures {
  /** The API of each feature, by its name. */
  readonly apis: Readonly<Record<string, unknown>>
  /** Joins the features for the session. */
  readonly features: Features
  /** The app can handle a message with this topic now. */
  wants(topic: string): boolean
  handleConnection(connection: ConnectionState): void
  /** Resolves when no feature has anything left to finish. */
  close(): Promise<unknown>
}

/** The device has these itself, and a promise would call `then`. */
const RESERVED: readonly string[] = ['twin', 'status', 'onStatus', 'close', 'then']

/** @throws TypeError for a name that the device needs, or a value that is not a feature */
export function attachFeatures(use: FeatureSet, { host, isIdle }: Hosting): AttachedFeatures {
  const entries = Object.entries(checkSet(use)).map(([name, feature]) => [name, feature.attach(host)] as const)
  const attached: readonly AttachedFeature<unknown>[] = entries.map(([, feature]) => feature)
  const filters = attached.flatMap((feature) => feature.filters ?? [])
  let type: ConnectionState['type'] = 'connecting'

  function handleConnection(connection: ConnectionState): void {
    if (connection.type === type) return
    type = connection.type
    for (const feature of attached) feature.handleConnection?.(connection)
  }

  return {
    apis: Object.fromEntries(entries.map(([name, { api }]) => [name, api])),
    features: {
      filters,
      isPersistent: attached.some(({ isPersistent }) => isPersistent),
      leftovers: attached
        .flatMap(({ leftovers = [] }) => leftovers)
        .filter((leftover) => filters.every(({ topic }) => topic !== leftover)),
      isIdle,
      handleMessage(message) {
        for (const feature of attached) feature.handleMessage?.(message)
      },
      handleState: (state) => handleConnection(connectionOf(state)),
    },
    wants: (topic) => attached.some((feature) => feature.handleMessage && (feature.wants?.(topic) ?? true)),
    handleConnection,
    close: () => Promise.all(attached.map(async (feature) => feature.close?.())),
  }
}

export function connectionOf(state: SessionState): ConnectionState {
  switch (state.type) {
    case 'syncing':
      return { type: 'up' }
    case 'ready':
      return { type: state.renewal.type === 'draining' ? 'draining' : 'up' }
    case 'waiting':
    case 'closed':
      return state
    default:
      return { type: 'connecting' }
  }
}

function checkSet(use: FeatureSet): FeatureSet {
  if (isFeature(checkObject('options.use', use))) {
    throw new TypeError('options.use is a feature without a name; give it one, as in { telemetry: telemetry() }')
  }
  for (const [name, feature] of Object.entries(use)) {
    const place = `options.use.${name}`
    if (RESERVED.includes(name)) throw new TypeError(`${place} needs another name; a device has its own "${name}"`)
    if (isFeature(feature)) continue
    const hint = typeof feature === 'function' ? '; call the function' : ''
    throw new TypeError(`${place} is ${typeName(feature)}, not a feature such as the result of telemetry()${hint}`)
  }
  return use
}

function isFeature(value: unknown): boolean {
  return typeof (value as Feature<unknown> | undefined)?.attach === 'function'
}
