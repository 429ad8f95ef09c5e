import { setTimeout as delay } from 'node:timers/promises'
import { type BulkRefusal, openRegistry, parseConnectionString, type Registry, ServiceError } from 'hubtwin-service'
import { FleetFailure } from './failure.ts'
import { HUB_COMMAND } from './invocation.ts'

/** A bulk request holds at most 100 devices (docs/protocol/protocol.md §6.2). */
const PER_REQUEST = 100

const LONGEST_PAUSE_IN_MS = 30_000
const ATTEMPTS = 8

export type Registration = 'create' | 'delete'

/**
 * Creates the devices that the hub lacks, or deletes those that it has, a hundred in a request.
 * After 429 or 5xx, it waits for a second, and doubles the wait each time.
 *
 * @param printProgress gets at most a line of progress per second
 * @returns the number of created or deleted devices
 * @throws FleetFailure
 */
export async function register(
  kind: Registration,
  hub: string,
  deviceIds: readonly string[],
  printProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const registry = openRegistry(hub)
  const verb = kind === 'create' ? 'create' : 'delete'
  let changed = 0
  let printedAt = Date.now()
  for (let first = 0; first < deviceIds.length && !signal.aborted; first += PER_REQUEST) {
    const batch = deviceIds.slice(first, first + PER_REQUEST)
    const refusals = await withRetries(() => change(registry, kind, batch), hub, verb, signal)
    const problem = refusals.find(({ isAlreadyDone }) => !isAlreadyDone)
    if (problem !== undefined) {
      throw new FleetFailure(`${registry.authority} did not ${verb} ${problem.deviceId}: ${problem.reason}`)
    }
    changed += batch.length - refusals.length
    if (Date.now() - printedAt < 1000) continue
    printedAt = Date.now()
    printProgress(`${first + batch.length} of ${deviceIds.length} devices checked, ${changed} ${verb}d`)
  }
  return changed
}

function change(registry: Registry, kind: Registration, ids: readonly string[]): Promise<readonly BulkRefusal[]> {
  return kind === 'create' ? registry.createDevices(ids) : registry.deleteDevices(ids)
}

async function withRetries<T>(request: () => Promise<T>, hub: string, verb: string, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request()
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      const isTemporary = error.code === 'ERR_THROTTLED' || error.code === 'ERR_HUB' || error.code === 'ERR_TIMEOUT'
      if (!isTemporary || attempt === ATTEMPTS)
        throw new FleetFailure(`Cannot ${verb} devices: ${error.message}${adviceFor(error, hub)}`)
      const pauseInMs = Math.min(error.retryAfterInMs ?? 1000 * 2 ** (attempt - 1), LONGEST_PAUSE_IN_MS)
      await delay(pauseInMs, undefined, { signal }).catch(() => {
        throw new FleetFailure(`Stopped before all devices were ${verb}d`)
      })
    }
  }
}

function adviceFor({ code }: ServiceError, hub: string): string {
  const isMissing = code === 'ERR_UNREACHABLE' && parseConnectionString(hub).isLoopback
  return isMissing ? `; start one in another terminal: ${HUB_COMMAND}` : ''
}
