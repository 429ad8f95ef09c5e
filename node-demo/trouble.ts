import process from 'node:process'
import { type Twin, TwinError } from 'hubtwin'
import { printError, red } from './terminal.ts'

/** For the end of a promise that the program can't go on without: one red line, and exit code 1. */
export function fail(what: string): (error: unknown) => never {
  return (error) => {
    // Ctrl+C closes the twin, which ends whatever was waited for: that is no failure.
    if (error instanceof TwinError && error.code === 'ERR_CLOSED') process.exit(0)
    printError(`${what}: ${error instanceof Error ? error.message : String(error)}`, red)
    process.exit(1)
  }
}

/** Says why the device waits for its hub: a twin never gives up by itself, and silence would look like a hang. */
export function tellWaiting(twin: Twin): void {
  let wasReady = false
  twin.onStatus((status) => {
    wasReady ||= status.type === 'ready'
    if (status.type !== 'waiting') return
    const { error, retryInMs } = status
    if (!wasReady && error.code === 'ERR_UNREACHABLE' && !process.env['IOTHUB_DEVICE_CONNECTION_STRING']) {
      printError('No local hub is running; start one in another terminal: npm run emulator', red)
      process.exit(1)
    }
    // A wrong key is what ready() ends with.
    if (!wasReady && (error.code === 'ERR_REFUSED' || error.code === 'ERR_UNAUTHORIZED')) return
    printError(`Waiting for the hub, next try in ${(retryInMs / 1000).toFixed(1)} s: ${error.message}`)
  })
}

/** Ctrl+C ends a program that listens: the twin takes its leave of the hub, and nothing is left to wait for. */
export function closeOnInterrupt(twin: Twin): void {
  process.once('SIGINT', () => void twin.close())
  process.once('SIGTERM', () => void twin.close())
}
