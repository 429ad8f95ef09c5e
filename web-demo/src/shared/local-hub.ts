// Every local hub that `npm run emulator` starts has this device and this policy. Their keys are
// public and protect nothing.
const DEVICE_KEY = 'aHVidHdpbi1kZXZlbG9wbWVudC1kZXZpY2Uta2V5LTA='
const POLICY_KEY = 'aHVidHdpbi1kZXZlbG9wbWVudC1vd25lci1rZXktMDE='

/** Undefined outside a page, such as in a test. */
const page = globalThis.location as Location | undefined

/** The local hub serves these pages below this path, at any port. */
export const IS_SERVED_BY_HUB = page?.pathname.startsWith('/demo/') ?? false

const hub = IS_SERVED_BY_HUB && page !== undefined ? hubOf(page) : { host: 'localhost:10480', isSecure: false }

function hubOf({ protocol, hostname, port }: Location): { readonly host: string; readonly isSecure: boolean } {
  const isSecure = protocol === 'https:'
  // The hub's name is localhost, even if a browser opens it by its IP address.
  const name = hostname === '127.0.0.1' || hostname === '[::1]' ? 'localhost' : hostname
  return { host: `${name}:${port || (isSecure ? '443' : '80')}`, isSecure }
}

/** Its REST API, and its page. */
export const LOCAL_HUB_URL = `${hub.isSecure ? 'https' : 'http'}://${hub.host}/`

const end = hub.isSecure ? '' : ';UseDevelopmentEmulator=true'

export const LOCAL_DEVICE_CONNECTION_STRING = `HostName=${hub.host};DeviceId=device1;SharedAccessKey=${DEVICE_KEY}${end}`

export const LOCAL_POLICY_CONNECTION_STRING = `HostName=${hub.host};SharedAccessKeyName=iothubowner;SharedAccessKey=${POLICY_KEY}${end}`

/**
 * The connection string of a device of the local hub. Devices other than `device1` connect with the
 * key of the policy, which a hub also accepts (docs/protocol/protocol.md §2).
 */
export function localConnectionString(deviceId: string): string {
  return deviceId === 'device1'
    ? LOCAL_DEVICE_CONNECTION_STRING
    : `${LOCAL_POLICY_CONNECTION_STRING};DeviceId=${deviceId}`
}

/** Points the links with `data-hub` to the page of the local hub, which may have another port. */
export function linkToHub(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-hub]')) link.href = LOCAL_HUB_URL
}
