import { parseConnectionString } from '../hub/connection-string.ts'
import { openRegistry } from '../hub/registry.ts'
import { watchedText } from '../runtime/folder/text-files.ts'
import { createMetrics, type Metrics } from '../runtime/metrics.ts'
import { serveMetrics } from '../runtime/metrics-server.ts'
import { createReadiness, type Readiness } from '../runtime/readiness.ts'
import { isMisconfigured } from '../runtime/redis/misconfigured.ts'
import { stopSignal } from '../runtime/stop-signal.ts'
import { serveTokens } from '../runtime/token-server.ts'
import { print, printFailure, printNotice } from '../terminal.ts'
import { type Enrollment, openEnrollment } from '../tokens/enrollment/enrollment.ts'
import { rememberDevices } from '../tokens/enrollment/remembered-devices.ts'
import { storedRevocations } from '../tokens/enrollment/revocations.ts'
import { auditLine } from '../tokens/http/audit.ts'
import { createTokenService } from '../tokens/token-service.ts'
import { mappedDevice } from './device-map.ts'
import { hubConnectionString } from './hub-from-environment.ts'
import { introduction } from './introduction.ts'
import type { ServeOptions } from './serve-options.ts'
import { checkPages, deviceOf, foreignIssuer, pageEndpoint, sasSource, tokenHub } from './serve-sources.ts'
import { asUsage } from './usage.ts'
import { chooseState, explainStoreError, type State } from './state.ts'

/** A store in the same network connects in milliseconds. */
const CONNECT_DEADLINE_IN_MS = 3_000

/**
 * Runs the token service until a signal stops it. Prints audit events to stdout as lines of JSON,
 * and notices to stderr.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const connectionString = hubConnectionString()
  const connection = parseConnectionString(connectionString)
  const registry = openRegistry(connectionString, { requestTimeoutInMs: 10_000 })
  // If another kind of server answers in the hub's place, azure-iothub throws from an internal
  // callback, outside any promise. The request ends by its deadline, and the service continues.
  process.on('uncaughtException', printInternalError)
  const hub = tokenHub(connection)
  if (options.static !== undefined) await checkPages(options.static)
  const metrics = createMetrics()
  const state = await chooseState(options, metrics.onCommand)
  const { store, redis } = state
  const enrollment = openEnrollment(store, { tokenLifetimeInSeconds: options.tokenDays * 24 * 60 * 60 })
  await openKeys(state, enrollment)
  const foreign = await foreignIssuer(options)
  const devices = options.devices === undefined ? undefined : watchedText('--devices', options.devices)
  // Reads the file at the start, so that a mistake in it fails here.
  if (devices !== undefined) mappedDevice(await devices(), '')

  const stop = stopSignal()
  const readiness = createReadiness(async () => {
    await redis?.check()
    await enrollment.keySet()
  })
  const server = await asUsage(() =>
    serveTokens(
      (port) =>
        createTokenService({
          hub,
          sas: sasSource(options, connection, registry),
          issuers: foreign === undefined ? [] : [foreign],
          enrollment,
          deviceOf: (claims) => deviceOf(claims, enrollment, devices),
          isRevoked: storedRevocations(store).isRevoked,
          remember: rememberDevices(store),
          origins: [`http://localhost:${port}`, `http://127.0.0.1:${port}`, ...options.origin],
          limits: { perAddressPerMinute: options.perAddress, perSubjectPerMinute: options.perSubject },
          createCounter: redis?.createCounter,
          audit(event) {
            print(auditLine(event))
            redis?.audit(event)
            metrics.onEvent(event)
          },
          onFailure: printInternalError,
        }),
      {
        port: options.port,
        address: options.address,
        trustProxy: options.trustProxy,
        readiness,
        onResponse: metrics.onResponse,
        ...(options.static !== undefined && { pages: { folder: options.static, connectTo: [pageEndpoint(hub)] } }),
      },
    ),
  ).catch((error: unknown) => {
    throw explainListenError(error, options, ['--port', '--address'])
  })
  metrics.watch({ isReady: () => readiness.isReady(), openSockets: () => server.openSockets() })
  const monitored = await openMetrics(metrics, readiness, options)
  const url = `http://${options.address === '127.0.0.1' ? 'localhost' : options.address}:${server.port}`
  printNotice(
    ...(await introduction({ url, metricsUrl: monitored?.url, place: state.place }, options, registry, enrollment)),
  )
  const signal = await stop
  printNotice('Stopping: the service accepts no new requests and finishes those in progress')
  // Ctrl+C in a terminal needs no delay, because no load balancer has to notice.
  await server.close(signal === 'SIGTERM' ? options.drainSeconds * 1000 : 0)
  monitored?.close()
  redis?.close()
}

/**
 * Generates the keys at the start: other commands recognize the state by them, and damaged keys
 * fail here. A store that does not respond yet must not end the service, which would then miss the
 * store's recovery.
 *
 * @throws Error if the store rejects the service for good, such as for a wrong password
 */
async function openKeys({ redis, place }: State, enrollment: Enrollment): Promise<void> {
  try {
    await redis?.connect(CONNECT_DEADLINE_IN_MS)
    for (const doubt of (await redis?.doubts()) ?? []) printNotice(doubt)
    await enrollment.keySet()
  } catch (error) {
    const explained = explainStoreError(error, place)
    if (redis === undefined || explained === error || isMisconfigured(error)) {
      redis?.close()
      throw explained
    }
    printNotice(`${(explained as Error).message}. Until it does, the service refuses every request with 503`)
  }
}

async function openMetrics(
  metrics: Metrics,
  readiness: Readiness,
  { metricsPort: port, metricsAddress: address }: ServeOptions,
): Promise<{ readonly url: string; close(): void } | undefined> {
  if (port === undefined) return undefined
  const server = await serveMetrics(metrics, readiness, { port, address }).catch((error: unknown) => {
    throw explainListenError(error, { port, address }, ['--metrics-port', '--metrics-address'])
  })
  return { url: `http://${address}:${server.port}/metrics`, close: () => server.close() }
}

function explainListenError(
  error: unknown,
  { port, address }: Pick<ServeOptions, 'port' | 'address'>,
  [portOption, addressOption]: readonly [port: string, address: string],
): unknown {
  const advice = `choose another with ${portOption}, or 0 for a free port`
  switch ((error as { code?: unknown }).code) {
    case 'EADDRINUSE':
      return new Error(`Port ${port} is in use; ${advice}`, { cause: error })
    case 'EACCES':
      return new Error(`You may not listen on port ${port}; ${advice}`, { cause: error })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(
        `${addressOption} is ${address}, which this machine does not have; expected an address such as 127.0.0.1 or 0.0.0.0`,
        { cause: error },
      )
    default:
      return error
  }
}

/** Prints the error's location but not its message, which may quote a secret. */
function printInternalError(error: unknown): void {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  printFailure(`Internal error in the token service: ${error instanceof Error ? error.name : typeof error}`, ...frames)
}
