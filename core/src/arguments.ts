import { checkRuntime } from './credentials/check-runtime.ts'
import type { Credentials } from './credentials/credentials.ts'
import { signTokens } from './credentials/signed.ts'
import { parseConnectionString } from './protocol/connection-string.ts'
import { checkObject } from './protocol/checks.ts'
import { copyIdentity, type DeviceIdentity } from './protocol/identity.ts'
import { typeName } from './protocol/json.ts'
import { readToken } from './protocol/sas.ts'
import { pageWakeSource } from './runtime/page-wake.ts'
import type { WakeSource } from './session/wake-source.ts'
import { type CheckedOptions, checkOptions, type TwinOptions } from './twin/options.ts'

/**
 * A hidden page fires its timers once a minute (Chrome: intensive throttling), so a ping may be two
 * minutes late.
 */
const MIN_KEEPALIVE_OF_PAGE_IN_SECONDS = 120

/**
 * Checks the arguments of `openTwin` and adds the defaults of this runtime.
 *
 * @throws SyntaxError for a malformed connection string, endpoint, or model ID
 * @throws TypeError for credentials or options of a wrong type, or when the runtime lacks a Web API
 * @throws RangeError for an option out of its range
 */
export function readArguments(
  credentials: Credentials | string,
  options: TwinOptions,
): { readonly credentials: Credentials; readonly options: CheckedOptions } {
  checkRuntime('TextDecoder', 'TextEncoder', 'AbortController')
  const access: Access = typeof credentials === 'string' ? readConnectionString(credentials) : { credentials }
  checkCredentials(access.credentials)
  const checked = checkOptions(
    { ...checkObject('options', options), endpoint: options.endpoint ?? access.endpoint },
    access.credentials.identity,
  )
  const wakeSource = joinWakeSources(pageWakeSource, checked.wakeSource)
  const keepaliveInSeconds = Math.max(checked.keepaliveInSeconds, isPage() ? MIN_KEEPALIVE_OF_PAGE_IN_SECONDS : 1)
  return { credentials: access.credentials, options: { ...checked, wakeSource, keepaliveInSeconds } }
}

/** A worker has no document, and browsers do not slow its timers. */
function isPage(): boolean {
  return 'document' in globalThis
}

interface Access {
  readonly credentials: Credentials
  readonly endpoint?: string | undefined
}

function joinWakeSources(ofPage: WakeSource, ofApp: WakeSource | undefined): WakeSource {
  if (ofApp === undefined) return ofPage
  return (listener) => {
    const [offPage, offApp] = [ofPage(listener), ofApp(listener)]
    return () => {
      offPage()
      offApp()
    }
  }
}

function readConnectionString(text: string): Access {
  const { identity, sharedAccessKey, sharedAccessKeyName, sharedAccessSignature, endpoint } =
    parseConnectionString(text)
  if (sharedAccessSignature !== undefined) return { credentials: givenToken(identity, sharedAccessSignature), endpoint }
  return { credentials: signTokens(identity, sharedAccessKey ?? '', sharedAccessKeyName), endpoint }
}

/** A token that the app cannot renew. */
function givenToken(identity: DeviceIdentity, password: string): Credentials {
  const token = { password, ...readToken(password, identity) }
  return { identity, token: () => Promise.resolve(token) }
}

function checkCredentials(credentials: Credentials): void {
  if (typeof credentials !== 'object' || credentials === null || typeof credentials.token !== 'function') {
    throw new TypeError(`credentials is ${typeName(credentials)}, neither a connection string nor { identity, token }`)
  }
  copyIdentity(credentials.identity)
}
