/**
 * The well-known device of every local hub, so that examples run unedited. Azure's other emulators
 * have well-known keys, too. The keys are base64 of readable texts; they are public and protect
 * nothing.
 */
export const developmentDeviceId = 'device1'

/** base64 of "hubtwin-development-device-key-0" (32 bytes). */
export const developmentDeviceKey = 'aHVidHdpbi1kZXZlbG9wbWVudC1kZXZpY2Uta2V5LTA='

/** base64 of "hubtwin-development-owner-key-01" (32 bytes). */
export const developmentOwnerKey = 'aHVidHdpbi1kZXZlbG9wbWVudC1vd25lci1rZXktMDE='

/** The default ports of the command line. */
export const developmentPorts = { secure: 10443, plain: 10480, mqtt: 10883 } as const

/**
 * For a device on this machine, without TLS, at the default port.
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import {
 *   developmentDeviceConnectionString,
 *   developmentDeviceId,
 *   developmentDeviceKey,
 *   developmentOwnerKey,
 *   developmentPorts,
 *   developmentServiceConnectionString,
 * } from 'hubtwin-emulator'
 *
 * // Needs a local hub at the default ports: npx hubtwin-emulator
 * const twin = openTwin(developmentDeviceConnectionString)
 * console.log(developmentDeviceId, developmentPorts.plain, developmentServiceConnectionString)
 * console.log(developmentDeviceKey, developmentOwnerKey) // public keys
 * await twin.close()
 * ```
 */
export const developmentDeviceConnectionString: string =
  `HostName=localhost:${developmentPorts.plain};DeviceId=${developmentDeviceId};` +
  `SharedAccessKey=${developmentDeviceKey};UseDevelopmentEmulator=true`

/** For a back end on this machine, without TLS, at the default port. */
export const developmentServiceConnectionString: string =
  `HostName=localhost:${developmentPorts.plain};SharedAccessKeyName=iothubowner;` +
  `SharedAccessKey=${developmentOwnerKey};UseDevelopmentEmulator=true`
