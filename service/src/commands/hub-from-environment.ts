import { openRegistry, type Registry } from '../hub/registry.ts'
import { printNotice } from '../terminal.ts'

/**
 * The well-known policy of the local hub, the same on every machine and no secret: the emulator's
 * `developmentServiceConnectionString`, written out so that the back end needs no emulator.
 */
export const localHubConnectionString: string =
  'HostName=localhost:10480;SharedAccessKeyName=iothubowner;SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1vd25lci1rZXktMDE=;UseDevelopmentEmulator=true'

/** Whether nobody named a hub, so that the local one is meant. */
export function meansLocalHub(): boolean {
  return !process.env['IOTHUB_CONNECTION_STRING']
}

/** The hub that IOTHUB_CONNECTION_STRING names, or the local one, and then it says so. */
export function hubFromEnvironment(): Registry {
  const own = process.env['IOTHUB_CONNECTION_STRING']
  if (own) return openRegistry(own)
  const registry = openRegistry(localHubConnectionString)
  printNotice(`IOTHUB_CONNECTION_STRING is not set: using the local hub at ${registry.authority}`)
  return registry
}
