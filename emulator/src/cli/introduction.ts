import type { ConnectionStringOptions } from '../hub/connection-strings.ts'
import type { Hub } from '../hub/hub.ts'
import { isLoopback } from '../http/loopback.ts'
import { Refusal } from '../errors/refusal.ts'
import { commentLine, exportLine, type Shell } from './shell.ts'

/**
 * The text that the program prints once the hub runs: its URLs, and connection strings to paste.
 */
export function introduction(hub: Hub, authorityPath: string, devices: readonly string[], shell: Shell): string {
  const [first = 'device1', ...others] = devices
  // Clients connect without TLS only to a loopback name.
  const plain = isLoopback(hub.hostName)
  return [
    `The hub ${hub.hostName} is running.\n`,
    `  With TLS     ${hub.endpoints.https}`,
    `               ${hub.endpoints.wss}`,
    `               ${hub.endpoints.mqtts}`,
    `  Without TLS  ${hub.endpoints.http}`,
    `               ${hub.endpoints.ws}`,
    `  Pages        ${hub.endpoints.http}/ links to a simulator, a fleet, and a kiosk`,
    `  CA           ${authorityPath}`,
    plain ? withoutTls(hub, first, shell) : nameResolution(hub),
    'With TLS, for a device and for a back end:\n',
    `  ${exportLine(shell, 'NODE_EXTRA_CA_CERTS', authorityPath)}`,
    `  ${exported(hub, first, shell)}`,
    `  ${exportLine(shell, 'IOTHUB_CONNECTION_STRING', hub.connectionStrings.service())}`,
    ...(others.length === 0 ? [] : ['']),
    ...others.map((id) => `  ${id}: ${deviceString(hub, id, { plain }).text}`),
    '\nPress Ctrl+C to stop.',
  ].join('\n')
}

function withoutTls(hub: Hub, device: string, shell: Shell): string {
  return `
A device:

  ${exported(hub, device, shell, { plain: true })}

A back end:

  ${exportLine(shell, 'IOTHUB_CONNECTION_STRING', hub.connectionStrings.service({ plain: true }))}
`
}

function nameResolution(hub: Hub): string {
  return `
Clients resolve the hub's name. Point ${hub.hostName} to this machine by DNS or in /etc/hosts.
`
}

function exported(hub: Hub, deviceId: string, shell: Shell, options?: ConnectionStringOptions): string {
  const { isKnown, text } = deviceString(hub, deviceId, options)
  return isKnown ? exportLine(shell, 'IOTHUB_DEVICE_CONNECTION_STRING', text) : commentLine(shell, text)
}

/**
 * Returns the connection string of a device. For a device without a key, which a data folder can
 * contain, it returns the reason instead.
 */
function deviceString(
  hub: Hub,
  deviceId: string,
  options?: ConnectionStringOptions,
): { isKnown: boolean; text: string } {
  try {
    return { isKnown: true, text: hub.connectionStrings.device(deviceId, options) }
  } catch (error) {
    if (error instanceof Refusal) return { isKnown: false, text: error.message }
    throw error
  }
}
