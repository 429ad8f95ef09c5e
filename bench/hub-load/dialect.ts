import { createHmac } from 'node:crypto'
import { deviceIdOf, type Target } from './target.ts'
import { document } from './twin.ts'

export interface Message {
  readonly topic: string
  readonly payload: string
}

/** The topics that a device uses with a server. */
export interface Dialect {
  login(deviceId: string): { readonly username?: string; readonly password?: string }
  filters(deviceId: string): readonly string[]
  /** A request. The response arrives at a topic that `isAnswer` recognizes. */
  read(deviceId: string, rid: number): Message
  report(deviceId: string, rid: number, patch: string): Message
  isAnswer(topic: string): boolean
  /** @throws Error if the response reports a failure */
  check(topic: string): void
}

const hub: Dialect = {
  login: (deviceId) => ({
    username: `localhost/${deviceId}/?api-version=2021-04-12`,
    password: tokenFor(`localhost/devices/${deviceId}`, deviceKeyOf(deviceId)),
  }),
  filters: () => ['$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#'],
  read: (_deviceId, rid) => ({ topic: `$iothub/twin/GET/?$rid=${rid}`, payload: ' ' }),
  report: (_deviceId, rid, payload) => ({ topic: `$iothub/twin/PATCH/properties/reported/?$rid=${rid}`, payload }),
  isAnswer: (topic) => topic.startsWith('$iothub/twin/res/'),
  check(topic) {
    if (!topic.startsWith('$iothub/twin/res/20')) throw new Error(`the hub answered ${topic}`)
  },
}

/**
 * A broker returns the device's own message: a packet each way, like a request and its response.
 */
const broker: Dialect = {
  login: () => ({}),
  filters: (deviceId) => [`twin/res/${deviceId}/#`, `twin/PATCH/desired/${deviceId}/#`],
  read: (deviceId, rid) => ({ topic: `twin/res/${deviceId}/200/?$rid=${rid}`, payload: document }),
  report: (deviceId, rid, payload) => ({ topic: `twin/res/${deviceId}/204/?$rid=${rid}&$version=${rid}`, payload }),
  isAnswer: (topic) => topic.startsWith('twin/res/'),
  check: () => undefined,
}

export function dialectOf(target: Target): Dialect {
  return target.type === 'hub' ? hub : broker
}

/** The topic of a desired patch at a broker. */
export function desiredTopicOf(at: number, step: number): string {
  return `twin/PATCH/desired/${deviceIdOf(at)}/?$version=${step}`
}

/** Generated, and the same in every process. */
export function deviceKeyOf(deviceId: string): string {
  return createHmac('sha256', 'hub-load').update(deviceId).digest('base64')
}

export function tokenFor(resource: string, key: string, policyName?: string): string {
  const sr = encodeURIComponent(resource)
  const se = Math.ceil(Date.now() / 1000) + 7200
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(`${sr}\n${se}`).digest('base64')
  const policy = policyName === undefined ? '' : `&skn=${policyName}`
  return `SharedAccessSignature sr=${sr}&sig=${encodeURIComponent(signature)}&se=${se}${policy}`
}
