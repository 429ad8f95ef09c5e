/**
 * The message property that names the component of telemetry. Telemetry of the root has none ("IoT
 * Plug and Play conventions", telemetry; docs/protocol/device.md §10.3).
 *
 * @example
 * ```ts
 * import { TELEMETRY_COMPONENT } from 'hubtwin/plug-and-play'
 *
 * const properties = new URLSearchParams({ [TELEMETRY_COMPONENT]: 'thermostat1' })
 * console.log(`devices/device1/messages/events/${properties}`) // …/%24.sub=thermostat1
 * ```
 */
export const TELEMETRY_COMPONENT = '$.sub'
