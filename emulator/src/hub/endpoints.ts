import { WEB_SOCKET_PATH } from '../mqtt/upgrade.ts'
import type { Ports } from './connection-strings.ts'
import { isLoopback } from '../http/loopback.ts'

/**
 * The URLs of a hub.
 * @example
 * ```ts
 * import { type Endpoints, startHub } from 'hubtwin-emulator'
 *
 * const hub = await startHub()
 * const { https, wss }: Endpoints = hub.endpoints
 * console.log(https, wss)
 * await hub.close()
 * ```
 */
export interface Endpoints {
  readonly https: string
  readonly http: string
  readonly wss: string
  readonly ws: string
  /** MQTT directly over TLS. */
  readonly mqtts: string
}

/** The host is the hub's name, or localhost for a loopback address. */
export function endpointsOf(address: string, hostName: string, { securePort, plainPort, mqttPort }: Ports): Endpoints {
  const host = isLoopback(address) ? 'localhost' : hostName
  return {
    https: `https://${host}:${securePort}`,
    http: `http://${host}:${plainPort}`,
    wss: `wss://${host}:${securePort}${WEB_SOCKET_PATH}`,
    ws: `ws://${host}:${plainPort}${WEB_SOCKET_PATH}`,
    mqtts: `mqtts://${host}:${mqttPort}`,
  }
}
