import type { JsonObject, JsonValue } from 'hubtwin'
import { type Acknowledgment, acknowledged, unasked } from './acknowledgment.ts'
import { type FirmwareRequest, isName, isSameRequest, readFirmwareRequest } from './firmware-request.ts'
import { own } from './json.ts'

type VersionRequest = Extract<FirmwareRequest, { type: 'version' }>

/** What the device is doing about its firmware, with what it needs for that. Times are milliseconds of one clock. */
export type FirmwareState =
  | { readonly type: 'idle' }
  | { readonly type: 'downloading'; readonly wish: VersionRequest; readonly since: number }
  /** A half-written image starts no device: what is wanted meanwhile is `next`. */
  | {
      readonly type: 'applying'
      readonly wish: VersionRequest
      readonly since: number
      readonly next?: FirmwareRequest
    }
  | { readonly type: 'done'; readonly wish: VersionRequest }
  /** `wish` is absent where the failure is known from the twin alone, after a restart. */
  | { readonly type: 'failed'; readonly wish: Exclude<FirmwareRequest, { type: 'nothing' }>; readonly error: string }

/** A device's firmware. Replaced whole. */
export interface Firmware {
  /** The version that runs. */
  readonly version: string
  readonly state: FirmwareState
  /** Somebody wants to see the next update fail. */
  readonly failsNext: boolean
  readonly pace: FirmwarePace
}

/** How long the two parts of an update take. */
export interface FirmwarePace {
  readonly downloadInMs: number
  readonly applyInMs: number
}

export type FirmwareEvent =
  /** `desired.firmware` as it is now. `isFirst`: the twin was just read, so that nobody has asked anew. */
  | {
      readonly type: 'desired'
      readonly value: JsonValue | undefined
      readonly version: number
      readonly isFirst: boolean
    }
  | { readonly type: 'tick' }
  | { readonly type: 'retry' }
  | { readonly type: 'fail-next'; readonly isOn: boolean }

const defaultPace: FirmwarePace = { downloadInMs: 20_000, applyInMs: 5000 }
const FACTORY_VERSION = '1.2.1'

/**
 * The firmware of a device that starts.
 *
 * @param reported `reported.firmware` as the hub has it: the device's memory of which version runs, and what failed
 */
export function newFirmware(reported?: JsonValue, pace: FirmwarePace = defaultPace): Firmware {
  const known = own(reported, 'version')
  const version = [known, own(known, 'value')].find((value) => value !== undefined && isName(value))
  return {
    version: typeof version === 'string' ? version : FACTORY_VERSION,
    state: readFailure(reported) ?? { type: 'idle' },
    failsNext: false,
    pace,
  }
}

/** What comes of an event at a time. By the clock: one late tick passes through all that is over by then. */
export function nextFirmware(before: Firmware, event: FirmwareEvent, now: number): Firmware {
  const firmware = advance(before, now)
  const { state } = firmware
  switch (event.type) {
    case 'tick':
      return firmware
    case 'fail-next':
      return { ...firmware, failsNext: event.isOn }
    case 'retry':
      return state.type === 'failed' ? begin(firmware, state.wish, now) : firmware
    case 'desired':
      return want(firmware, readFirmwareRequest(event.value, event.version), event.isFirst, now)
  }
}

/** Percent of the download, whole. */
export function progressOf({ state, pace }: Firmware, now: number): number | undefined {
  if (state.type !== 'downloading') return undefined
  const share = pace.downloadInMs === 0 ? 1 : (now - state.since) / pace.downloadInMs
  return Math.floor(100 * Math.min(1, Math.max(0, share)))
}

/** `reported.firmware`: every key that holds now, and none that does not. */
export function reportedFirmware(firmware: Firmware, now: number, acknowledges: boolean): JsonObject {
  const { version, state } = firmware
  const wish = state.type === 'idle' ? undefined : state.wish
  const isPending = state.type === 'downloading' || state.type === 'applying' || state.type === 'failed'
  const progress = progressOf(firmware, now)
  return {
    version: acknowledges ? acknowledged(version, answerOf(state)) : version,
    status: state.type,
    ...(isPending && wish?.type === 'version' && { pending: wish.version }),
    ...(progress !== undefined && { progress }),
    ...(state.type === 'failed' && { error: state.error }),
    ...(wish?.rollout !== undefined && { rollout: wish.rollout }),
  }
}

function want(firmware: Firmware, wish: FirmwareRequest, isFirst: boolean, now: number): Firmware {
  const { state } = firmware
  switch (state.type) {
    case 'applying':
      return { ...firmware, state: isGoingOn(state.wish, wish) ? renew(state, wish) : { ...state, next: wish } }
    case 'downloading':
      return isGoingOn(state.wish, wish) ? { ...firmware, state: { ...state, wish } } : begin(firmware, wish, now)
    case 'failed':
      return isFirst && isSameRequest(state.wish, wish) ? firmware : begin(firmware, wish, now)
    default:
      return begin(firmware, wish, now)
  }
}

function begin(firmware: Firmware, wish: FirmwareRequest, now: number): Firmware {
  if (wish.type === 'nothing') return { ...firmware, state: { type: 'idle' } }
  if (wish.type === 'nonsense') return { ...firmware, state: { type: 'failed', wish, error: wish.fault } }
  if (wish.version === firmware.version) return { ...firmware, state: { type: 'done', wish } }
  return { ...firmware, state: { type: 'downloading', wish, since: now } }
}

/** The version under way is wanted still, or again, perhaps by another rollout. */
function isGoingOn(under: VersionRequest, wish: FirmwareRequest): wish is VersionRequest {
  return wish.type === 'version' && wish.version === under.version
}

function renew({ type, since }: Extract<FirmwareState, { type: 'applying' }>, wish: VersionRequest): FirmwareState {
  return { type, since, wish }
}

function advance(firmware: Firmware, now: number): Firmware {
  const { state, pace, failsNext } = firmware
  if (state.type === 'downloading') {
    const end = state.since + pace.downloadInMs
    if (now < end) return firmware
    return advance({ ...firmware, state: { type: 'applying', wish: state.wish, since: end } }, now)
  }
  if (state.type === 'applying') {
    const end = state.since + pace.applyInMs
    if (now < end) return firmware
    return advance(finish({ ...firmware, failsNext: false }, state, failsNext, end), now)
  }
  return firmware
}

function finish(
  firmware: Firmware,
  { wish, next }: Extract<FirmwareState, { type: 'applying' }>,
  fails: boolean,
  end: number,
): Firmware {
  const error = `Version ${wish.version} did not start; ${firmware.version} runs again`
  const finished: Firmware = fails
    ? { ...firmware, state: { type: 'failed', wish, error } }
    : { ...firmware, version: wish.version, state: { type: 'done', wish } }
  return next === undefined ? finished : begin(finished, next, end)
}

/** A failure outlives a restart, or the device would try for ever what fails for ever. */
function readFailure(reported: JsonValue | undefined): FirmwareState | undefined {
  const [error, version, rollout] = [own(reported, 'error'), own(reported, 'pending'), own(reported, 'rollout')]
  if (own(reported, 'status') !== 'failed' || typeof error !== 'string') return undefined
  const asks = rollout !== undefined && isName(rollout) ? { rollout } : {}
  const av = own(own(reported, 'version'), 'av')
  const from = { ...asks, av: typeof av === 'number' ? av : 0 }
  return version !== undefined && isName(version)
    ? { type: 'failed', wish: { type: 'version', version, ...from }, error }
    : { type: 'failed', wish: { type: 'nonsense', fault: error, ...from }, error }
}

function answerOf(state: FirmwareState): Acknowledgment {
  switch (state.type) {
    case 'idle':
      return unasked
    case 'done':
      return { ac: 200, av: state.wish.av }
    case 'failed':
      return { ac: state.wish.type === 'nonsense' ? 400 : 500, av: state.wish.av, ad: state.error }
    default:
      return { ac: 202, av: state.wish.av, ad: `${state.type} ${state.wish.version}` }
  }
}
