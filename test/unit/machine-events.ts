import { TwinError } from '../../core/src/errors.ts'
import type { TwinDocument } from '../../core/src/protocol/document.ts'
import { next } from '../../core/src/protocol/machine.ts'
import type {
  Effect,
  SessionInput,
  SessionSettings,
  SessionState,
  TimerName,
} from '../../core/src/protocol/machine-states.ts'

export const SETTINGS: SessionSettings = {
  pipelining: true,
  requestTimeoutInMs: 30_000,
  connectTimeoutInMs: 20_000,
  retryDelayInMs: 1000,
  maxRetryDelayInMs: 60_000,
  minUptimeInMs: 30_000,
  renewMarginInSeconds: 900,
  wakeTimeoutInMs: 5000,
}
export const NOW = 1_700_000_000_000
export const HOUR = 3_600_000

export function document(desired: number): TwinDocument {
  return { desired: { at: desired }, reported: {}, versions: { desired, reported: 1 } }
}
export function patch(version: number): SessionInput {
  return { type: 'desiredPatch', patch: { version, properties: { at: version } } }
}
export const SUBSCRIBED: SessionInput = { type: 'subscribed', roundTripInMs: 400 }
export const TOKEN: SessionInput = { type: 'token', expiresAt: NOW + HOUR }
export const timer = (name: TimerName): SessionInput => ({ type: 'timer', timer: name })
export const lost: SessionInput = { type: 'down', error: new TwinError('ERR_INTERRUPTED', 'lost') }
export const unreachable: SessionInput = { type: 'down', error: new TwinError('ERR_UNREACHABLE', 'unreachable') }
export const failedSync = (code: 'ERR_THROTTLED' | 'ERR_HUB' | 'ERR_PROTOCOL'): SessionInput => ({
  type: 'syncFailed',
  error: new TwinError(code, 'failed'),
})

export const types = (effects: readonly Effect[]): string[] => effects.map(({ type }) => type)

interface Outcome {
  readonly state: SessionState
  readonly effects: readonly Effect[]
}

/** Runs inputs from the first state on; the effects are those of the last input. */
export function run(...inputs: readonly (SessionInput & { now?: number })[]): Outcome {
  return runWith(SETTINGS, inputs)
}

/** The same with pipelining turned off. */
export function runWithout(...inputs: readonly (SessionInput & { now?: number })[]): Outcome {
  return runWith({ ...SETTINGS, pipelining: false }, inputs)
}

function runWith(used: SessionSettings, inputs: readonly (SessionInput & { now?: number })[]): Outcome {
  let state: SessionState = { type: 'idle' }
  let effects: readonly Effect[] = []
  for (const input of inputs) {
    ;[state, effects] = next(state, { now: NOW, random: 0.5, ...input }, used)
  }
  return { state, effects }
}
export const TO_SYNCING: readonly SessionInput[] = [{ type: 'start' }, TOKEN, { type: 'up' }, SUBSCRIBED]
export const toReady: readonly SessionInput[] = [...TO_SYNCING, { type: 'document', document: document(5) }]

export function delivered(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'document') return [`document ${effect.document.versions.desired}`]
    return effect.type === 'desiredPatch' ? [`patch ${effect.patch.version}`] : []
  })
}
