import type { TwinObservation } from 'hubtwin/light'

/**
 * A row of the wire log: a request with its response, a message from the hub, or a change of state.
 */
export interface WireEntry {
  /** Counts from 1. A response replaces the entry of its request, under the same number. */
  readonly id: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly direction: 'out' | 'in' | 'none'
  readonly group: 'twin' | 'telemetry' | 'method' | 'message' | 'connection'
  /** `report`, `desired`, `get`, `telemetry`, `method`, `CONNECT`, `token`, `state`, `fault`… */
  readonly name: string
  readonly topic?: string
  readonly payload?: string
  /** The text of a row without a payload. */
  readonly detail?: string
  /** The `$version` of the section. */
  readonly version?: number
  readonly answer?: WireAnswer
  /** The entries of a failed attempt to connect, which this entry replaces. */
  readonly steps?: readonly WireEntry[]
  readonly isTrouble: boolean
}

export interface WireAnswer {
  readonly at: number
  /** The status from the hub, or the reason that there is none. */
  readonly text: string
  readonly topic?: string
  readonly payload?: string
}

export type NewEntry = Omit<WireEntry, 'id'>

/**
 * The meaning of an observation: an entry, which may await a response, or the response to an entry.
 */
export type Reading =
  | { readonly type: 'entry'; readonly entry: NewEntry; readonly awaits?: string }
  | {
      readonly type: 'answer'
      readonly to: string
      readonly answer: WireAnswer
      readonly version?: number
      readonly isTrouble: boolean
    }
  /** The connection ended, so no waiting entry gets a response. */
  | { readonly type: 'end'; readonly entry: NewEntry }

export function readObservation(observation: TwinObservation): Reading {
  const { at } = observation
  const base = { at, group: 'connection', isTrouble: false } as const
  switch (observation.type) {
    case 'state': {
      const { state, error } = observation
      const entry: NewEntry = {
        ...base,
        direction: 'none',
        name: 'state',
        detail: error === undefined ? state : `${state}: ${error.message} (${error.code})`,
        isTrouble: error !== undefined,
      }
      return { type: 'entry', entry }
    }
    case 'token':
      return readToken(observation)
    case 'sent':
      if (observation.packet === 'PUBLISH') return readRequest(observation)
      return sentPacket(observation.packet, { ...base, direction: 'out', name: observation.packet })
    case 'received':
      if (observation.packet === 'PUBLISH') return readMessage(observation)
      if (observation.packet === 'SUBACK')
        return { type: 'answer', to: 'SUBSCRIBE', answer: { at, text: 'SUBACK' }, isTrouble: false }
      return {
        type: 'answer',
        to: 'CONNECT',
        answer: { at, text: `CONNACK ${observation.code}` },
        isTrouble: observation.code !== 0,
      }
    case 'lost': {
      const { message, code } = observation.error
      return { type: 'end', entry: trouble(at, 'lost', `${message} (${code})`) }
    }
    case 'duplicateIdentity':
      return { type: 'entry', entry: trouble(at, 'identity', 'Another twin of this page has the same identity') }
    case 'storageFailed':
    case 'messageFailed':
    case 'methodFailed': {
      const name = observation.type === 'methodFailed' ? observation.name : observation.type.replace('Failed', '')
      return { type: 'entry', entry: trouble(at, name, String(observation.error)) }
    }
  }
}

function trouble(at: number, name: string, detail: string): NewEntry {
  return { at, direction: 'none', group: 'connection', name, detail, isTrouble: true }
}

function sentPacket(packet: string, entry: NewEntry): Reading {
  if (packet === 'DISCONNECT') return { type: 'end', entry }
  return { type: 'entry', entry, ...(packet !== 'UNSUBSCRIBE' && { awaits: packet }) }
}

function readToken(observation: Extract<TwinObservation, { type: 'token' }>): Reading {
  const { at } = observation
  switch (observation.step) {
    case 'asked': {
      const entry = { at, direction: 'none', group: 'connection', name: 'token', isTrouble: false } as const
      return { type: 'entry', entry, awaits: 'token' }
    }
    case 'given': {
      const text = `until ${new Date(observation.expiresAt).toLocaleTimeString('en-GB')}`
      return { type: 'answer', to: 'token', answer: { at, text }, isTrouble: false }
    }
    case 'failed':
      return { type: 'answer', to: 'token', answer: { at, text: observation.error.message }, isTrouble: true }
    case 'refused':
      return { type: 'entry', entry: trouble(at, 'token', 'refused by the hub') }
  }
}

type Publish<Type> = Extract<TwinObservation, { type: Type; packet: 'PUBLISH' }>

function readRequest({ at, topic, payload }: Publish<'sent'>): Reading {
  const ofFeature = readTelemetry(at, topic, payload) ?? readResponse(at, topic, payload)
  if (ofFeature !== undefined) return ofFeature
  const rid = /\$rid=([^&]+)/.exec(topic)?.[1]
  const name = topic.includes('/GET/') ? 'get' : topic.includes('/reported/') ? 'report' : 'publish'
  const entry: NewEntry = { at, direction: 'out', group: 'twin', name, topic, payload, isTrouble: false }
  return { type: 'entry', entry, ...(rid !== undefined && { awaits: `rid ${rid}` }) }
}

/**
 * `$iothub/twin/res/{status}/?$rid={rid}&$version={version}`, or a desired patch
 * (docs/protocol/protocol.md §4).
 */
function readMessage({ at, topic, payload }: Publish<'received'>): Reading {
  const call = readCall(at, topic, payload) ?? readCloudMessage(at, topic, payload)
  if (call !== undefined) return call
  const version = Number(/\$version=(\d+)/.exec(topic)?.[1] ?? Number.NaN)
  const found = Number.isNaN(version) ? {} : { version }
  const [, status, rid] = /^\$iothub\/twin\/res\/(\d+)\/\?.*\$rid=([^&]+)/.exec(topic) ?? []
  if (status === undefined || rid === undefined) {
    const name = topic.includes('/desired/') ? 'desired' : 'message'
    return {
      type: 'entry',
      entry: { at, direction: 'in', group: 'twin', name, topic, payload, ...found, isTrouble: false },
    }
  }
  const answer: WireAnswer = { at, text: status, topic, payload }
  return { type: 'answer', to: `rid ${rid}`, answer, ...found, isTrouble: Number(status) >= 300 }
}

/** The key of a message that awaits PUBACK. */
export function messageKey(messageId: string): string {
  return `message ${messageId}`
}

/** `devices/{id}/messages/events/{properties}` (docs/protocol/device.md §1.1) */
function readTelemetry(at: number, topic: string, payload: string): Reading | undefined {
  if (!topic.includes('/messages/events/')) return undefined
  const messageId = /%24\.mid=([^&]+)/.exec(topic)?.[1]
  const entry: NewEntry = {
    at,
    direction: 'out',
    group: 'telemetry',
    name: 'telemetry',
    topic,
    payload,
    isTrouble: false,
  }
  return { type: 'entry', entry, ...(messageId !== undefined && { awaits: messageKey(messageId) }) }
}

/**
 * `devices/{id}/messages/devicebound/{properties}` (docs/protocol/device.md §3.1), or an input.
 */
function readCloudMessage(at: number, topic: string, payload: string): Reading | undefined {
  if (!/^devices\/.*\/(?:messages\/devicebound|inputs)\//.test(topic)) return undefined
  const messageId = /(?:%24|\$)\.mid=([^&]+)/.exec(topic)?.[1]
  const entry: NewEntry = { at, direction: 'in', group: 'message', name: 'message', topic, payload, isTrouble: false }
  return { type: 'entry', entry, ...(messageId !== undefined && { awaits: messageKey(decodeURIComponent(messageId)) }) }
}

/** `$iothub/methods/POST/{name}/?$rid={rid}` (docs/protocol/device.md §2.1) */
function readCall(at: number, topic: string, payload: string): Reading | undefined {
  const [, rid] = /^\$iothub\/methods\/POST\/.*\$rid=([^&]+)/.exec(topic) ?? []
  if (rid === undefined) return undefined
  const entry: NewEntry = { at, direction: 'in', group: 'method', name: 'method', topic, payload, isTrouble: false }
  return { type: 'entry', entry, awaits: `method ${rid}` }
}

/** `$iothub/methods/res/{status}/?$rid={rid}` (docs/protocol/device.md §2.1) */
function readResponse(at: number, topic: string, payload: string): Reading | undefined {
  const [, status, rid] = /^\$iothub\/methods\/res\/(\d+)\/.*\$rid=([^&]+)/.exec(topic) ?? []
  if (status === undefined || rid === undefined) return undefined
  return {
    type: 'answer',
    to: `method ${rid}`,
    answer: { at, text: status, topic, payload },
    isTrouble: Number(status) >= 300,
  }
}
