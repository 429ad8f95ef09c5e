import { setTimeout as delay } from 'node:timers/promises'
import type { Twin, TwinError } from 'hubtwin'
import type { Plan, Transport } from './plan.ts'

/** The key in the reported properties that a run writes, and removes at its end. */
export const PROPERTY = 'hubtwinBench'

const DEADLINE_IN_MS = 60_000
const CLEAN_UP_DEADLINE_IN_MS = 15_000

/** Milliseconds. */
export interface Round {
  readonly open: number
  readonly reports: readonly number[]
  /** From the first call to the last confirmation. */
  readonly burst: number | undefined
}

/** A hub that refuses the device, or disconnects it during a round. */
export class HubProblem extends Error {
  override readonly name = 'HubProblem'
}

/**
 * Opens a twin, sends reports in sequence, then reports without waiting, and closes the twin.
 *
 * @param onOpened called before the first report
 */
export async function runRound(
  transport: Transport,
  connectionString: string,
  plan: Plan,
  { onOpened, signal }: { readonly onOpened: () => void; readonly signal: AbortSignal },
): Promise<Round> {
  const { openTwin } = await import(transport === 'hubtwin' ? 'hubtwin' : 'hubtwin/light')
  const start = performance.now()
  const twin: Twin = openTwin(connectionString)
  try {
    await whileConnected(twin, (inner) => twin.ready({ signal: inner }), signal)
    const open = performance.now() - start
    onOpened()
    const reports = await whileConnected(twin, (inner) => reportInTurn(twin, plan, inner), signal)
    const burst = await whileConnected(twin, (inner) => reportAtOnce(twin, plan, inner), signal)
    return { open, reports, burst }
  } finally {
    await twin.close()
  }
}

/** Removes the property of this or an earlier run. Uses its own connection. */
export async function cleanUp(connectionString: string): Promise<void> {
  const { openTwin } = await import('hubtwin/light')
  const signal = AbortSignal.timeout(CLEAN_UP_DEADLINE_IN_MS)
  const twin = openTwin(connectionString, { signal })
  try {
    const { reported } = await twin.ready({ signal })
    if (Object.hasOwn(reported, PROPERTY)) await twin.report({ [PROPERTY]: null }, { signal })
  } finally {
    await twin.close()
  }
}

async function reportInTurn(twin: Twin, { sequential, perSecond }: Plan, signal: AbortSignal): Promise<number[]> {
  const times: number[] = []
  for (let count = 1; count <= sequential; count++) {
    const start = performance.now()
    await twin.report({ [PROPERTY]: { sequential: count } }, { signal })
    times.push(performance.now() - start)
    // Hubs allow 50 twin updates per second from all devices (docs/protocol/device.md §6).
    if (perSecond > 0) await delay(Math.max(0, 1000 / perSecond - (performance.now() - start)), undefined, { signal })
  }
  return times
}

async function reportAtOnce(twin: Twin, { burst }: Plan, signal: AbortSignal): Promise<number | undefined> {
  if (burst === 0) return undefined
  const start = performance.now()
  const each = Array.from({ length: burst }, (_, index) =>
    twin.report({ [PROPERTY]: { burst: index + 1 } }, { signal }),
  )
  await Promise.all(each)
  return performance.now() - start
}

/**
 * Runs an operation of the twin. Ends it when the connection fails, because a measurement across a
 * reconnect is meaningless, or at the deadline.
 */
async function whileConnected<T>(
  twin: Twin,
  operation: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const failed = new AbortController()
  const remove = twin.onStatus((status) => {
    // After a first refusal, hubtwin tries a fresh token at once.
    if (status.type === 'waiting' && status.error.code !== 'ERR_REFUSED') failed.abort(problemOf(status.error))
  })
  const deadline = AbortSignal.timeout(DEADLINE_IN_MS)
  try {
    return await operation(AbortSignal.any([signal, failed.signal, deadline]))
  } catch (error) {
    // A wait may wrap the reason of its signal.
    if (failed.signal.aborted) throw failed.signal.reason
    if (deadline.aborted) throw new HubProblem(`The hub did not finish within ${DEADLINE_IN_MS / 1000} s`)
    throw isTwinError(error) ? problemOf(error) : error
  } finally {
    remove()
  }
}

function isTwinError(error: unknown): error is TwinError {
  return error instanceof Error && error.name === 'TwinError'
}

function problemOf(error: TwinError): HubProblem {
  return new HubProblem(`${error.message}${adviceFor(error)}`, { cause: error })
}

function adviceFor({ code, cause }: TwinError): string {
  switch (code) {
    case 'ERR_INTERRUPTED':
    case 'ERR_REPLACED':
      // A hub disconnects the older connection of a device (docs/protocol/protocol.md §1.3).
      return '. Another client may use this device: give the benchmark its own device'
    case 'ERR_UNREACHABLE':
      return unreachableAdvice(cause)
    default:
      return ''
  }
}

/**
 * The codes of Node for a certificate that it does not trust (Node.js: TLS, X509 certificate
 * errors).
 */
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/

/** The client speaks TLS to a port without TLS. */
const NO_TLS = /^(EPROTO$|ERR_SSL_)/

function unreachableAdvice(cause: unknown): string {
  for (let each = cause; each instanceof Error; each = each.cause) {
    const code = 'code' in each ? String(each.code) : ''
    if (UNTRUSTED.test(code)) return '. Set NODE_EXTRA_CA_CERTS to the certificate authority of the hub'
    if (NO_TLS.test(code)) {
      return '. This port has no TLS: add ;UseDevelopmentEmulator=true to the connection string of a local hub'
    }
  }
  return '. Check the HostName and the network'
}
