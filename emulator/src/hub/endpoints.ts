import { webSocketPath } from '../mqtt/upgrade.ts'
import type { Ports } from './connection-strings.ts'
import { isLoopback } from '../http/loopback.ts'

/** Where a hub can be reached. */
export interface Endpoints {
  readonly https: string
  readonly http: string
  readonly wss: string
  readonly ws: string
  /** MQTT straight over TLS. */
  readonly mqtts: string
}

/** By the hub's name; a loopback address has one name, whatever the hub is called. */
export function endpointsOf(address: string, hostName: string, { securePort, plainPort, mqttPort }: Ports): Endpoints {
  const host = isLoopback(address) ? 'localhost' : hostName
  return {
    https: `https://${host}:${securePort}`,
    http: `http://${host}:${plainPort}`,
    wss: `wss://${host}:${securePort}${webSocketPath}`,
    ws: `ws://${host}:${plainPort}${webSocketPath}`,
    mqtts: `mqtts://${host}:${mqttPort}`,
  }
}
