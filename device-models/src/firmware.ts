import type { JsonValue } from 'hubtwin'
import type { Acknowledgment } from 'hubtwin/plug-and-play'
import { type FirmwareRequest, isName, isSameRequest, readFirmwareRequest } from './firmware-request.ts'
import { own } from './json.ts'
import type { ModelProperties } from './properties.ts'
import { UNASKED } from './setting.ts'

type VersionRequest = Extract<FirmwareRequest, { type: 'version' }>

/** The device's progress with its firmware. Times are milliseconds. */
export type FirmwareState =
  | { readonly type: 'idle' }
  | { readonly type: 'downloading'; readonly request: VersionRequest; readonly since: number }
  /**
   * The device must finish, because a half-written image cannot start. A later request waits in
   * `next`.
   */
  | {
      readonly type: 'applying'
      readonly request: VersionRequest
      readonly since: number
      readonly next?: FirmwareRequest
    }
  | { readonly type: 'done'; readonly request: VersionRequest }
  /** After a restart, the request comes from the reported properties. */
  | { readonly type: 'failed'; readonly request: Exclude<FirmwareRequest, { type: 'nothing' }>; readonly error: string }

/** A device's firmware. Immutable. */
export interface Firmware {
  /** The running version. */
  readonly version: string
  readonly state: FirmwareState
  /** The next update is set to fail. */
  readonly failsNext: boolean
  readonly pace: FirmwarePace
}

/** The durations of the two parts of an update. */
export interface FirmwarePace {
  readonly downloadInMs: number
  readonly applyInMs: number
}

export type FirmwareEvent =
  /**
   * The current `desired.firmware`. `isFirst`: the twin was just read, so this is not a new
   * request.
   */
  | {
      readonly type: 'desired'
      readonly value: JsonValue | undefined
      readonly version: number
      readonly isFirst: boolean
    }
  | { readonly type: 'tick' }
  | { readonly type: 'retry' }
  | { readonly type: 'fail-next'; readonly isOn: boolean }

const DEFAULT_PACE: FirmwarePace = { downloadInMs: 20_000, applyInMs: 5000 }
const FACTORY_VERSION = '1.2.1'

/**
 * Creates the firmware of a device that starts.
 *
 * @param reported `reported.firmware` at the hub: the device's memory of its running version and
 *   its failure
 */
export function newFirmware(reported?: JsonValue, pace: FirmwarePace = DEFAULT_PACE): Firmware {
  const known = own(reported, 'version')
  const version = [known, own(known, 'value')].find((value) => value !== undefined && isName(value))
  return {
    version: typeof version === 'string' ? version : FACTORY_VERSION,
    state: readFailure(reported) ?? { type: 'idle' },
    failsNext: false,
    pace,
  }
}

/**
 * Applies an event. The clock decides: a single late tick passes through every state that has ended
 * by then.
 */
export function nextFirmware(before: Firmware, event: FirmwareEvent, now: number): Firmware {
  const firmware = advance(before, now)
  const { state } = firmware
  switch (event.type) {
    case 'tick':
      return firmware
    case 'fail-next':
      return { ...firmware, failsNext: event.isOn }
    case 'retry':
      return state.type === 'failed' ? start(firmware, state.request, now) : firmware
    case 'desired':
      return accept(firmware, readFirmwareRequest(event.value, event.version), event.isFirst, now)
  }
}

/** The progress of the download in whole percent. */
export function progressOf({ state, pace }: Firmware, now: number): number | undefined {
  if (state.type !== 'downloading') return undefined
  const share = pace.downloadInMs === 0 ? 1 : (now - state.since) / pace.downloadInMs
  return Math.floor(100 * Math.min(1, Math.max(0, share)))
}

/** The component of the firmware in a twin. */
export const FIRMWARE = 'firmware'

/**
 * Returns what the firmware reports. `rollout` is no acknowledgment: its plain value names the
 * request that the other properties acknowledge, and queries compare it
 * (docs/decisions/2026-11-28-demo-devices-use-plug-and-play.md).
 */
export function firmwareProperties(firmware: Firmware, now: number): ModelProperties {
  const { version, state } = firmware
  const request = state.type === 'idle' ? undefined : state.request
  const isPending = state.type === 'downloading' || state.type === 'applying' || state.type === 'failed'
  return {
    component: FIRMWARE,
    writable: { version: { value: version, ...answerOf(state) } },
    readOnly: {
      status: state.type,
      pending: isPending && request?.type === 'version' ? request.version : undefined,
      progress: progressOf(firmware, now),
      error: state.type === 'failed' ? state.error : undefined,
      rollout: request?.rollout,
    },
  }
}

function accept(firmware: Firmware, request: FirmwareRequest, isFirst: boolean, now: number): Firmware {
  const { state } = firmware
  switch (state.type) {
    case 'applying':
      return {
        ...firmware,
        state: isSameVersion(state.request, request) ? withRequest(state, request) : { ...state, next: request },
      }
    case 'downloading':
      return isSameVersion(state.request, request)
        ? { ...firmware, state: { ...state, request } }
        : start(firmware, request, now)
    case 'failed':
      return isFirst && request.type !== 'nothing' && isSameRequest(state.request, request)
        ? { ...firmware, state: { ...state, request } }
        : start(firmware, request, now)
    default:
      return start(firmware, request, now)
  }
}

function start(firmware: Firmware, request: FirmwareRequest, now: number): Firmware {
  if (request.type === 'nothing') return { ...firmware, state: { type: 'idle' } }
  if (request.type === 'invalid') return { ...firmware, state: { type: 'failed', request, error: request.problem } }
  if (request.version === firmware.version) return { ...firmware, state: { type: 'done', request } }
  return { ...firmware, state: { type: 'downloading', request, since: now } }
}

/** Reports whether the request is for the version in progress, perhaps from another rollout. */
function isSameVersion(current: VersionRequest, request: FirmwareRequest): request is VersionRequest {
  return request.type === 'version' && request.version === current.version
}

function withRequest(
  { type, since }: Extract<FirmwareState, { type: 'applying' }>,
  request: VersionRequest,
): FirmwareState {
  return { type, since, request }
}

function advance(firmware: Firmware, now: number): Firmware {
  const { state, pace, failsNext } = firmware
  if (state.type === 'downloading') {
    const end = state.since + pace.downloadInMs
    if (now < end) return firmware
    return advance({ ...firmware, state: { type: 'applying', request: state.request, since: end } }, now)
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
  { request, next }: Extract<FirmwareState, { type: 'applying' }>,
  fails: boolean,
  end: number,
): Firmware {
  const error = `Version ${request.version} did not start; ${firmware.version} runs again`
  const finished: Firmware = fails
    ? { ...firmware, state: { type: 'failed', request, error } }
    : { ...firmware, version: request.version, state: { type: 'done', request } }
  return next === undefined ? finished : start(finished, next, end)
}

/**
 * Restores a failure after a restart. Otherwise the device would retry a permanent failure at every
 * start.
 */
function readFailure(reported: JsonValue | undefined): FirmwareState | undefined {
  const [error, version, rollout] = [own(reported, 'error'), own(reported, 'pending'), own(reported, 'rollout')]
  if (own(reported, 'status') !== 'failed' || typeof error !== 'string') return undefined
  const ids = rollout !== undefined && isName(rollout) ? { rollout } : {}
  const av = own(own(reported, 'version'), 'av')
  const context = { ...ids, av: typeof av === 'number' ? av : 0 }
  return version !== undefined && isName(version)
    ? { type: 'failed', request: { type: 'version', version, ...context }, error }
    : { type: 'failed', request: { type: 'invalid', problem: error, ...context }, error }
}

function answerOf(state: FirmwareState): Omit<Acknowledgment, 'value'> {
  switch (state.type) {
    case 'idle':
      return UNASKED
    case 'done':
      return { ac: 200, av: state.request.av }
    case 'failed':
      return { ac: state.request.type === 'invalid' ? 400 : 500, av: state.request.av, ad: state.error }
    default:
      return { ac: 202, av: state.request.av, ad: `${state.type} ${state.request.version}` }
  }
}
