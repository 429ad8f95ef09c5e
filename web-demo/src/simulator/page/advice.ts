import { TwinError } from 'hubtwin/light'

/** Where a device is connected to, as far as advice depends on it. */
export interface Place {
  readonly isLocal: boolean
  readonly isSecure: boolean
  /** What the page has for it. */
  readonly holds: 'key' | 'token' | 'nothing'
}

/** What went wrong, in its own words, and what a person can do about it. */
export function explain(error: Error, place: Place): string {
  const { message } = error
  return `${/[.?!]$/.test(message) ? message : `${message}.`} ${advise(error, place)}`.trim()
}

/** What a person can do about an error, in a sentence or two; `''` where waiting is all there is to do. */
function advise(error: Error, { isLocal, isSecure, holds }: Place): string {
  if (!(error instanceof TwinError)) return ''
  switch (error.code) {
    case 'ERR_UNREACHABLE':
      if (isLocal && !isSecure)
        return 'Start the local hub in another terminal with “npm run emulator”: this page connects by itself when it is there.'
      return isLocal
        ? 'Is the hub running, and does this browser trust its certificate? A browser does not tell a page which of the two it was.'
        : 'Check the HostName, and that this network lets WebSockets through on port 443: a browser does not tell a page why it could not connect.'
    case 'ERR_REFUSED':
      return 'A fresh token is tried next.'
    case 'ERR_UNAUTHORIZED':
      return adviceByGrant[holds]
    case 'ERR_TOKEN':
      return 'Press Forget to begin anew, where it does not come right by itself.'
    case 'ERR_REPLACED':
      return 'Something else connects as this device, say another tab: close it, for a hub takes one connection a device.'
    case 'ERR_BAD_REQUEST':
      return 'The same patch will be refused again: change it.'
    case 'ERR_THROTTLED':
      return 'The hub asks for a slower pace; the next try waits longer.'
    default:
      return ''
  }
}

const adviceByGrant: Readonly<Record<Place['holds'], string>> = {
  key: 'Check that the device exists and is enabled, and that this is its key: press Forget and paste its connection string again.',
  token:
    'Where the time of the token is over, press Forget and paste a new one: this page can’t make one. Else check that the device exists and is enabled.',
  nothing:
    'Check that the device exists and is enabled, and that the token service has the right key: the password was its own.',
}
