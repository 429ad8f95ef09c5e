import type { Hub } from '../hub.ts'

/** What is printed once the hub runs: where it is, and connection strings to paste. */
export function introduction(hub: Hub, authorityPath: string, devices: readonly string[]): string {
  const [first = 'device1'] = devices
  return `The hub ${hub.hostName} is running.

  With TLS     ${hub.endpoints.https}
               ${hub.endpoints.wss}
               ${hub.endpoints.mqtts}
  Without TLS  ${hub.endpoints.http}
               ${hub.endpoints.ws}
  Its page     ${hub.endpoints.http}/
  CA           ${authorityPath}

A device:

  export IOTHUB_DEVICE_CONNECTION_STRING=${quoted(hub.connectionStrings.device(first, { plain: true }))}

A back end:

  export IOTHUB_CONNECTION_STRING=${quoted(hub.connectionStrings.service({ plain: true }))}

With TLS, for a device and for a back end:

  export NODE_EXTRA_CA_CERTS=${quoted(authorityPath)}
  export IOTHUB_DEVICE_CONNECTION_STRING=${quoted(hub.connectionStrings.device(first))}
  export IOTHUB_CONNECTION_STRING=${quoted(hub.connectionStrings.service())}
${devices
  .slice(1)
  .map((id) => `\n  ${id}: ${hub.connectionStrings.device(id, { plain: true })}`)
  .join('')}
Press Ctrl+C to stop.`
}

/** As a shell takes it; an id may contain a quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
