import process from 'node:process'
import { type Twin, TwinError } from 'hubtwin'
import { connectionAdvice } from './connection-advice.ts'
import { givenConnectionString } from './environment.ts'
import { printError, red } from './terminal.ts'

/** Creates a rejection handler that prints a red line and exits with 1. */
export function fail(what: string): (error: unknown) => never {
  return (error) => {
    // Ctrl+C closes the twin, which rejects pending calls. That is not a failure.
    if (error instanceof TwinError && error.code === 'ERR_CLOSED') process.exit(0)
    printError(`${what}: ${error instanceof Error ? error.message : String(error)}`, red)
    process.exit(1)
  }
}

/**
 * Prints the reason that the device waits for its hub. A twin never stops retrying, so without a
 * notice the program would seem to hang.
 */
export function printWaiting(twin: Twin): void {
  let wasReady = false
  let isAdvised = false
  twin.onStatus((status) => {
    wasReady ||= status.type === 'ready'
    if (status.type !== 'waiting') return
    const { error, retryInMs } = status
    if (!wasReady && error.code === 'ERR_UNREACHABLE' && givenConnectionString() === '') {
      printError('No local hub is running; start one in another terminal: npm run emulator', red)
      process.exit(1)
    }
    // ready() rejects for a wrong key.
    if (!wasReady && (error.code === 'ERR_REFUSED' || error.code === 'ERR_UNAUTHORIZED')) return
    printError(`Waiting for the hub, next try in ${(retryInMs / 1000).toFixed(1)} s: ${error.message}`)
    const advice = isAdvised || wasReady ? undefined : connectionAdvice(error)
    if (advice === undefined) return
    isAdvised = true
    printError(advice)
  })
}

/** Closes a twin or a device at Ctrl+C. Then nothing keeps the program running, so it ends. */
export function closeOnInterrupt(open: { close(): Promise<void> }): void {
  process.once('SIGINT', () => void open.close())
  process.once('SIGTERM', () => void open.close())
}
