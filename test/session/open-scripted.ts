import { onTestFinished } from 'vitest'
import type { AccessToken, Credentials } from '../../core/src/credentials/credentials.ts'
import type { OpenWire } from '../../core/src/session/wire.ts'
import { createTwin } from '../../core/src/twin/create-twin.ts'
import { checkOptions, type TwinOptions } from '../../core/src/twin/options.ts'
import type { Twin } from '../../core/src/twin/twin.ts'
import { createFakeClock, type FakeClock, settle } from './fake-clock.ts'
import { createScriptedHub, type ScriptedHub } from './scripted-hub.ts'

export interface Scripted {
  readonly twin: Twin
  readonly hub: ScriptedHub
  readonly clock: FakeClock
  /** How often the session requested and invalidated a token. */
  readonly asked: { tokens: number; invalidated: number }
}

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }

/** Opens a twin between a scripted hub and a fake clock. It waits for its first connection. */
export async function openScripted(
  options: TwinOptions = {},
  token?: (signal?: AbortSignal) => Promise<AccessToken>,
  openWire?: OpenWire,
): Promise<Scripted> {
  const clock = createFakeClock()
  const hub = createScriptedHub()
  const asked = { tokens: 0, invalidated: 0 }
  const credentials: Credentials = {
    identity: IDENTITY,
    token(signal) {
      asked.tokens++
      return (
        token?.(signal) ?? Promise.resolve({ password: `token ${asked.tokens}`, expiresAt: clock.now() + 3_600_000 })
      )
    },
    invalidate() {
      asked.invalidated++
    },
  }
  const twin = createTwin(credentials, checkOptions(options, IDENTITY), openWire ?? hub.openWire, clock)
  onTestFinished(() => twin.close())
  await settle()
  return { twin, hub, clock, asked }
}

/** Opens the same twin, and makes it ready. */
export async function openReady(
  document: { desired?: object; reported?: object } = {},
  options: TwinOptions = {},
): Promise<Scripted> {
  const scripted = await openScripted(options)
  scripted.hub.wire.sync(document)
  await settle()
  return scripted
}

/** Returns the result of a promise that has settled, or `undefined` without waiting. */
export async function peek<T>(promise: Promise<T>): Promise<{ value: T } | { reason: unknown } | undefined> {
  let result: { value: T } | { reason: unknown } | undefined
  promise.then(
    (value) => (result = { value }),
    (reason: unknown) => (result = { reason }),
  )
  await settle()
  return result
}
