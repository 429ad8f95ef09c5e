/** The switches of the device in the middle column. */
export interface DeviceSettings {
  readonly run: boolean
  readonly apply: boolean
  readonly acknowledge: boolean
}

/** A new device reacts by itself. */
export const DEFAULT_SETTINGS: DeviceSettings = { run: true, apply: true, acknowledge: false }

/**
 * The query of this page. It never holds a secret.
 *
 * - `?connect=local` connects to the local hub, as `device1` or as `&device=…`.
 * - `?connect=opener` gets its credentials from the tab that opened this tab.
 * - `?service=…` fills in the URL of a token service.
 * - `&run=off`, `&apply=off`, and `&acknowledge=on` set the switches of the device.
 */
export interface Link {
  readonly connect?: 'local' | 'opener' | undefined
  readonly device?: string | undefined
  readonly service?: string | undefined
  readonly settings: DeviceSettings
}

const SETTINGS = ['run', 'apply', 'acknowledge'] as const

export function readLink(search: string): Link {
  const given = new URLSearchParams(search)
  const read = (name: string): string | undefined => given.get(name) ?? undefined
  const connect = read('connect')
  const isOn = (name: keyof DeviceSettings): boolean =>
    DEFAULT_SETTINGS[name] ? read(name) !== 'off' : read(name) === 'on'
  return {
    connect: connect === 'local' || connect === 'opener' ? connect : undefined,
    // A semicolon would add parts to a connection string.
    device: /^[^;\s]{1,128}$/.exec(read('device') ?? '')?.[0],
    service: read('service'),
    settings: { run: isOn('run'), apply: isOn('apply'), acknowledge: isOn('acknowledge') },
  }
}

/** @returns the query with its question mark, without settings that have their default; or `''` */
export function searchOf({ connect, device, service, settings }: Link): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries({ connect, device, service })) {
    if (value !== undefined) parameters.set(name, value)
  }
  for (const name of SETTINGS) {
    if (settings[name] !== DEFAULT_SETTINGS[name]) parameters.set(name, settings[name] ? 'on' : 'off')
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}
