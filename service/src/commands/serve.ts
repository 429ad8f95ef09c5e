import { parseConnectionString, type ServiceConnectionString } from '../hub/connection-string.ts'
import { deviceKeysOf } from '../hub/device-keys.ts'
import { openRegistry, type Registry } from '../hub/registry.ts'
import { folderStore, watchedText } from '../runtime/folder-store.ts'
import { stopSignal } from '../runtime/stop-signal.ts'
import { serveTokens } from '../runtime/token-server.ts'
import { print, printFailure, printNotice } from '../terminal.ts'
import { type Enrollment, openEnrollment } from '../tokens/enrollment/enrollment.ts'
import { storedRevocations } from '../tokens/enrollment/revocations.ts'
import { auditLine } from '../tokens/http/audit.ts'
import type { Claims, Issuer, KeySet } from '../tokens/jwt/verifier.ts'
import { sasFromDeviceKey, sasFromPolicy, type SasSource } from '../tokens/sas.ts'
import { createTokenService, type TokenHub } from '../tokens/token-service.ts'
import { mappedDevice } from './device-map.ts'
import { hubConnectionString } from './hub-from-environment.ts'
import { introduction } from './introduction.ts'
import type { ServeOptions } from './serve-options.ts'

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
  const store = folderStore(options.state)
  const enrollment = openEnrollment(store, {
    tokenLifetimeInSeconds: options.tokenDays * 24 * 60 * 60,
    onSkippedCode: (name) => printNotice(`Skipping ${options.state}/${name}, which holds no code`),
  })
  // Generates the keys at the start: other commands recognize the state folder by them, and a
  // damaged file fails here.
  await enrollment.keySet()
  const foreign = foreignIssuer(options)
  const devices = options.devices === undefined ? undefined : watchedText(options.devices)
  // Reads the file at the start, so that a mistake in it fails here.
  if (devices !== undefined) mappedDevice(await devices(), '')

  const stop = stopSignal()
  const server = await serveTokens(
    (port) =>
      createTokenService({
        hub,
        sas: sasSource(options, connection, registry),
        issuers: foreign === undefined ? [] : [foreign],
        enrollment,
        deviceOf: (claims) => deviceOf(claims, enrollment, devices),
        isRevoked: storedRevocations(store, Date.now, (doubt) => printNotice(`${options.state}/${doubt}`)).isRevoked,
        origins: [`http://localhost:${port}`, `http://127.0.0.1:${port}`, ...options.origin],
        limits: { perAddressPerMinute: options.perAddress, perSubjectPerMinute: options.perSubject },
        audit: (event) => print(auditLine(event)),
        onFailure: printInternalError,
      }),
    {
      port: options.port,
      address: options.address,
      trustProxy: options.trustProxy,
      ...(options.static !== undefined && { pages: { folder: options.static, connectTo: [pageEndpoint(hub)] } }),
    },
  ).catch((error: unknown) => {
    throw explainListenError(error, options.port)
  })
  const url = `http://${options.address === '127.0.0.1' ? 'localhost' : options.address}:${server.port}`
  printNotice(...(await introduction(url, options, registry, enrollment)))
  await stop
  printNotice('Stopping: the service accepts no new requests and finishes those in progress')
  await server.close()
}

function explainListenError(error: unknown, port: number): unknown {
  if ((error as { code?: unknown }).code !== 'EADDRINUSE') return error
  return new Error(`Port ${port} is in use; choose another with --port, or 0 for a free port`, { cause: error })
}

/** Prints the error's location but not its message, which may quote a secret. */
function printInternalError(error: unknown): void {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  printFailure(`Internal error in the token service: ${error instanceof Error ? error.name : typeof error}`, ...frames)
}

function tokenHub({ hostName, port, plain }: ServiceConnectionString): TokenHub {
  if (!plain && port === undefined) return { hostName }
  return { hostName, endpoint: `${plain ? 'ws' : 'wss'}://${hostName}${port === undefined ? '' : `:${port}`}` }
}

function pageEndpoint({ hostName, endpoint }: TokenHub): string {
  return endpoint ?? `wss://${hostName}`
}

function sasSource(options: ServeOptions, connection: ServiceConnectionString, registry: Registry): SasSource {
  const settings = { hostName: connection.hostName, lifetimeInMinutes: options.sasMinutes }
  return options.key === 'device'
    ? sasFromDeviceKey(settings, deviceKeysOf(registry))
    : sasFromPolicy(settings, connection)
}

function foreignIssuer({ jwks, issuer, audience, algorithm }: ServeOptions): Issuer | undefined {
  if (jwks === undefined && issuer === undefined && audience === undefined) return undefined
  if (jwks === undefined || issuer === undefined || audience === undefined) {
    throw new SyntaxError('--jwks, --issuer, and --audience only work together: pass all three')
  }
  const isUrl = /^https?:/i.test(jwks)
  if (isUrl && !URL.canParse(jwks)) throw new SyntaxError(`--jwks is ${jwks}; expected a file or a URL`)
  const file = watchedText(jwks)
  const keys = isUrl ? new URL(jwks) : async () => JSON.parse(await file()) as KeySet
  return { issuer, audience, keys, ...(algorithm.length > 0 && { algorithms: algorithm }) }
}

/**
 * The service's own JWTs name their device. For others, the `--devices` file names it; without a
 * file, the subject does.
 */
async function deviceOf(
  { issuer, subject }: Claims,
  enrollment: Enrollment,
  devices: (() => Promise<string>) | undefined,
): Promise<string | undefined> {
  if (issuer === enrollment.issuer.issuer || devices === undefined) return subject
  return mappedDevice(await devices(), subject)
}
