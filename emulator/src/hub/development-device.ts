/**
 * The well-known device of every local hub, so that examples run unedited. Azure's other emulators
 * have well-known keys, too. The keys are base64 of readable texts; they are public and protect
 * nothing.
 */
export const DEVELOPMENT_DEVICE_ID = 'device1'

/** base64 of "hubtwin-development-device-key-0" (32 bytes). */
export const DEVELOPMENT_DEVICE_KEY = 'aHVidHdpbi1kZXZlbG9wbWVudC1kZXZpY2Uta2V5LTA='

/** base64 of "hubtwin-development-owner-key-01" (32 bytes). */
export const DEVELOPMENT_OWNER_KEY = 'aHVidHdpbi1kZXZlbG9wbWVudC1vd25lci1rZXktMDE='

/** The default ports of the command line. */
export const DEVELOPMENT_PORTS = { secure: 10443, plain: 10480, mqtt: 10883 } as const

/**
 * For a device on this machine, without TLS, at the default port.
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import {
 *   DEVELOPMENT_DEVICE_CONNECTION_STRING,
 *   DEVELOPMENT_DEVICE_ID,
 *   DEVELOPMENT_DEVICE_KEY,
 *   DEVELOPMENT_OWNER_KEY,
 *   DEVELOPMENT_PORTS,
 *   DEVELOPMENT_SERVICE_CONNECTION_STRING,
 * } from 'hubtwin-emulator'
 *
 * // Needs a local hub at the default ports: npx hubtwin-emulator
 * const twin = openTwin(DEVELOPMENT_DEVICE_CONNECTION_STRING)
 * console.log(DEVELOPMENT_DEVICE_ID, DEVELOPMENT_PORTS.plain)
 * console.log(DEVELOPMENT_SERVICE_CONNECTION_STRING) // for a back end
 * console.log(DEVELOPMENT_DEVICE_KEY, DEVELOPMENT_OWNER_KEY) // public keys
 * await twin.close()
 * ```
 */
export const DEVELOPMENT_DEVICE_CONNECTION_STRING: string =
  `HostName=localhost:${DEVELOPMENT_PORTS.plain};DeviceId=${DEVELOPMENT_DEVICE_ID};` +
  `SharedAccessKey=${DEVELOPMENT_DEVICE_KEY};UseDevelopmentEmulator=true`

/** For a back end on this machine, without TLS, at the default port. */
export const DEVELOPMENT_SERVICE_CONNECTION_STRING: string =
  `HostName=localhost:${DEVELOPMENT_PORTS.plain};SharedAccessKeyName=iothubowner;` +
  `SharedAccessKey=${DEVELOPMENT_OWNER_KEY};UseDevelopmentEmulator=true`
