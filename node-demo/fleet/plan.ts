import { readFileSync } from 'node:fs'
import { parseConnectionString as parseDevice } from 'hubtwin/light'
import { hubConnectionString, parseConnectionString } from 'hubtwin-service'
import { readConnectionList } from './connection-list.ts'
import { FleetFailure } from './failure.ts'
import type { FleetOptions } from './options.ts'
import type { Roster } from './roster.ts'
import { connectRateOf, limitsOf } from './tier-limits.ts'

/** The hub and the devices of a run. */
export interface Plan {
  readonly roster: Roster
  /** `host` or `host:port`, for messages. */
  readonly authority: string
  /** The hub is on this machine. */
  readonly isLocal: boolean
  /** Connections per second. */
  readonly connectRate: number
  /** The reason that the hub will throttle the fleet, if it will. */
  readonly warning?: string
}

/** A local hub without a tier has no limit; this pace keeps the machine usable. */
const LOCAL_CONNECT_RATE = 200

/** @throws FleetFailure or SyntaxError, without a secret */
export function planOf(options: FleetOptions): Plan {
  const place = options.connectionStrings === undefined ? fromRegistry(options) : fromList(options)
  const isUnlimited = place.isLocal && options.tier === undefined
  if (isUnlimited && options.units > 1) {
    throw new FleetFailure(`--units is ${options.units}, but a local hub has no limits without --tier`)
  }
  const limits = limitsOf({ tier: options.tier ?? 'S1', units: options.units })
  const connectRate = options.connectRate ?? (isUnlimited ? LOCAL_CONNECT_RATE : connectRateOf(limits))
  const warning = isUnlimited ? undefined : warningOf(options, devicesOf(place.roster))
  return { ...place, connectRate, ...(warning !== undefined && { warning }) }
}

function warningOf(
  { reportEvery, telemetryEvery, tier = 'S1', units }: FleetOptions,
  devices: number,
): string | undefined {
  const limits = limitsOf({ tier, units })
  const [reports, messages] = [reportEvery, telemetryEvery].map((every) => (every === 0 ? 0 : devices / every))
  const hub = `${tier} with ${units} unit${units === 1 ? '' : 's'}`
  const parts = [
    ...(reports !== undefined && reports > limits.twinUpdates
      ? [`reports ${Math.ceil(reports)} times per second; ${hub} allows ${limits.twinUpdates} twin updates per second`]
      : []),
    ...(messages !== undefined && messages > limits.telemetry
      ? [`sends ${Math.ceil(messages)} telemetry messages per second; ${hub} allows ${limits.telemetry} per second`]
      : []),
  ]
  return parts.length === 0 ? undefined : `The fleet ${parts.join('. It ')}`
}

function devicesOf(roster: Roster): number {
  return roster.type === 'list' ? roster.connectionStrings.length : roster.to - roster.from + 1
}

type Place = Pick<Plan, 'roster' | 'authority' | 'isLocal'>

function fromRegistry({ prefix, from, to = from }: FleetOptions): Place {
  const text = hubConnectionString().trim().replace(/;$/, '')
  const { hostName, port, isLoopback } = parseConnectionString(text)
  return {
    roster: { type: 'policy', hub: text, prefix, from, to },
    authority: port === undefined ? hostName : `${hostName}:${port}`,
    isLocal: isLoopback,
  }
}

function fromList({ connectionStrings: file = '', from, to }: FleetOptions): Place {
  const all = readConnectionList(readText(file), file)
  if (to !== undefined && to > all.length) throw new FleetFailure(`${file} has ${all.length} devices, not ${to}`)
  const connectionStrings = all.slice(from - 1, to)
  const [first] = connectionStrings
  if (first === undefined) throw new FleetFailure(`${file} has ${all.length} devices, and --from is ${from}`)
  const { identity, endpoint } = parseDevice(first)
  const { host, hostname } = new URL(endpoint ?? `wss://${identity.hostName}`)
  return {
    roster: { type: 'list', connectionStrings },
    authority: host,
    isLocal: ['localhost', '127.0.0.1', '[::1]'].includes(hostname),
  }
}

/** Explanations of system errors for users (Node.js: common system errors). */
const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a folder',
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const problem = PROBLEMS[code ?? ''] ?? code ?? String(error)
    throw new FleetFailure(`--connection-strings ${file} cannot be read: ${problem}`)
  }
}
