import { openRegistry, type Registry } from '../hub/registry.ts'
import type { ServiceError } from '../hub/service-error.ts'
import { printNotice } from '../terminal.ts'

/**
 * The well-known policy of the local hub: the same on every machine, so not a secret. It repeats
 * the emulator's `developmentServiceConnectionString`, so that the back end does not depend on the
 * emulator.
 */
export const LOCAL_HUB_CONNECTION_STRING: string =
  'HostName=localhost:10480;SharedAccessKeyName=iothubowner;SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1vd25lci1rZXktMDE=;UseDevelopmentEmulator=true'

/**
 * Reports whether the commands use the local hub, because IOTHUB_CONNECTION_STRING names no other.
 */
export function usesLocalHub(): boolean {
  return !process.env['IOTHUB_CONNECTION_STRING']
}

/**
 * Opens the hub that IOTHUB_CONNECTION_STRING names. Without it, opens the local hub and prints a
 * notice.
 */
export function hubFromEnvironment(): Registry {
  const connectionString = process.env['IOTHUB_CONNECTION_STRING']
  if (connectionString) return openRegistry(connectionString)
  const registry = openRegistry(LOCAL_HUB_CONNECTION_STRING)
  printNotice(`IOTHUB_CONNECTION_STRING is not set: using the local hub at ${registry.authority}`)
  return registry
}

/** Adds to an error's message how to start the local hub, if that is what is missing. */
export function messageWithAdvice({ code, message }: ServiceError): string {
  const isMissing = code === 'ERR_UNREACHABLE' && usesLocalHub()
  return isMissing ? `${message}; start one in another terminal: npm run emulator` : message
}
