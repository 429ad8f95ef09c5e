import type { ConnectionStringOptions } from '../hub/connection-strings.ts'
import type { Hub } from '../hub/hub.ts'
import { isLoopback } from '../http/loopback.ts'
import { Refusal } from '../errors/refusal.ts'

/** What is printed once the hub runs: where it is, and connection strings to paste. */
export function introduction(hub: Hub, authorityPath: string, devices: readonly string[]): string {
  const [first = 'device1', ...others] = devices
  // Clients connect without TLS to this machine alone, and know it by these names.
  const plain = isLoopback(hub.hostName)
  return `The hub ${hub.hostName} is running.

  With TLS     ${hub.endpoints.https}
               ${hub.endpoints.wss}
               ${hub.endpoints.mqtts}
  Without TLS  ${hub.endpoints.http}
               ${hub.endpoints.ws}
  Its page     ${hub.endpoints.http}/
  CA           ${authorityPath}
${plain ? withoutTls(hub, first) : resolving(hub)}
With TLS, for a device and for a back end:

  export NODE_EXTRA_CA_CERTS=${quoted(authorityPath)}
  ${exported(hub, first)}
  export IOTHUB_CONNECTION_STRING=${quoted(hub.connectionStrings.service())}
${others.map((id) => `\n  ${id}: ${deviceString(hub, id, { plain }).text}`).join('')}
Press Ctrl+C to stop.`
}

function withoutTls(hub: Hub, device: string): string {
  return `
A device:

  ${exported(hub, device, { plain: true })}

A back end:

  export IOTHUB_CONNECTION_STRING=${quoted(hub.connectionStrings.service({ plain: true }))}
`
}

function resolving(hub: Hub): string {
  return `
Clients find it by its name, so ${hub.hostName} must lead to this machine: by DNS, or by a line in /etc/hosts.
`
}

function exported(hub: Hub, deviceId: string, options?: ConnectionStringOptions): string {
  const { isKnown, text } = deviceString(hub, deviceId, options)
  return isKnown ? `export IOTHUB_DEVICE_CONNECTION_STRING=${quoted(text)}` : `# ${text}`
}

/** A data folder may hold a device without a key. The text says so in place of the connection string. */
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

/** As a shell takes it; an id may contain a quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
