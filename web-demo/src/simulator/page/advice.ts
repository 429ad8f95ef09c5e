import { TwinError } from 'hubtwin/light'

/** The facts about a connection that change the advice. */
export interface Place {
  readonly isLocal: boolean
  readonly isSecure: boolean
  /** The secret that this page holds. */
  readonly holds: 'key' | 'token' | 'nothing'
}

/** @returns the error's message, with advice */
export function explain(error: Error, place: Place): string {
  const { message } = error
  return `${/[.?!]$/.test(message) ? message : `${message}.`} ${advise(error, place)}`.trim()
}

/** @returns a sentence or two; `''` if waiting is all you can do */
function advise(error: Error, { isLocal, isSecure, holds }: Place): string {
  if (!(error instanceof TwinError)) return ''
  switch (error.code) {
    case 'ERR_UNREACHABLE':
      if (isLocal && !isSecure)
        return 'Start the local hub in another terminal with “npm run emulator”. This page then connects automatically.'
      return isLocal
        ? 'Does the hub run, and does this browser trust its certificate? A browser hides the reason from the page.'
        : 'Check the HostName. Does your network allow WebSockets on port 443? A browser hides the reason from the page.'
    case 'ERR_REFUSED':
      return 'hubtwin retries with a new token.'
    case 'ERR_UNAUTHORIZED':
      return ADVICE_BY_SECRET[holds]
    case 'ERR_TOKEN':
      return 'If this message stays, press Forget and connect again.'
    case 'ERR_REPLACED':
      return 'Another client connects as this device, perhaps in another tab. Close it: a hub allows one connection per device.'
    case 'ERR_BAD_REQUEST':
      return 'Change the patch; the hub would reject it again.'
    case 'ERR_THROTTLED':
      return 'The hub limits the rate of requests, so the next attempt waits longer.'
    default:
      return ''
  }
}

const ADVICE_BY_SECRET: Readonly<Record<Place['holds'], string>> = {
  key: 'Check that the device exists, is enabled, and has this key. To change the key, press Forget and paste the connection string again.',
  token:
    'If the token has expired, press Forget and paste a new token; this page cannot create tokens. Otherwise check that the device exists and is enabled.',
  nothing: 'Check that the device exists and is enabled, and that the token service has the right key.',
}
