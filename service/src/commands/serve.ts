import { parseConnectionString, type ServiceConnectionString } from '../hub/connection-string.ts'
import { deviceKeysOf } from '../hub/device-keys.ts'
import { localHubConnectionString, meansLocalHub } from './hub-from-environment.ts'
import { openRegistry, type Registry } from '../hub/registry.ts'
import { folderStore, watchedText } from '../runtime/folder-store.ts'
import { pathsOf } from '../runtime/static-pages.ts'
import { serveTokens } from '../runtime/token-server.ts'
import { stopSignal } from '../runtime/stop-signal.ts'
import { ServiceError } from '../hub/service-error.ts'
import { print, printFailure, printNotice } from '../terminal.ts'
import { auditLine } from '../tokens/http/audit.ts'
import { openEnrollment, type Enrollment } from '../tokens/enrollment/enrollment.ts'
import type { Algorithm, Claims, Issuer, KeySet } from '../tokens/jwt/verifier.ts'
import { storedRevocations } from '../tokens/enrollment/revocations.ts'
import { sasFromDeviceKey, sasFromPolicy, type SasSource } from '../tokens/sas.ts'
import { createTokenService, type TokenHub } from '../tokens/token-service.ts'
import { mappedDevice } from './device-map.ts'

export interface ServeOptions {
  readonly port: number
  readonly address: string
  readonly origin: readonly string[]
  readonly static?: string
  readonly state: string
  readonly device?: string
  readonly key: 'policy' | 'device'
  readonly sasMinutes: number
  readonly tokenDays: number
  readonly jwks?: string
  readonly issuer?: string
  readonly audience?: string
  readonly algorithm: readonly Algorithm[]
  readonly devices?: string
  readonly perAddress: number
  readonly perSubject: number
  readonly trustProxy: boolean
}

const CODE_LIFETIME_IN_MINUTES = 15

/** Runs the token service until it is told to stop. Events go to stdout as lines of JSON, what a person should know to stderr. */
export async function serve(options: ServeOptions): Promise<void> {
  const connectionString = process.env['IOTHUB_CONNECTION_STRING'] || localHubConnectionString
  const connection = parseConnectionString(connectionString)
  const registry = openRegistry(connectionString, { requestTimeoutInMs: 10_000 })
  // Where some other server answers in the hub's place, azure-iothub throws out of a callback of its own, past every promise. The request
  // that it was about ends by its deadline; the service goes on.
  process.on('uncaughtException', printFault)
  const hub = tokenHub(connection)
  const store = folderStore(options.state)
  const enrollment = openEnrollment(store, {
    tokenLifetimeInSeconds: options.tokenDays * 24 * 60 * 60,
    onSkippedCode: (name) => printNotice(`Skipping ${options.state}/${name}, which holds no code`),
  })
  // Makes the keys now: other commands know by them where a service has its state, and a file at fault is told now.
  await enrollment.keySet()
  const foreign = foreignIssuer(options)
  const devices = options.devices === undefined ? undefined : watchedText(options.devices)
  // Read now, so that a file at fault is told now.
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
        onFault: printFault,
      }),
    {
      port: options.port,
      address: options.address,
      trustProxy: options.trustProxy,
      ...(options.static !== undefined && { pages: { folder: options.static, connectTo: [pageEndpoint(hub)] } }),
    },
  ).catch((error: unknown) => {
    throw explained(error, options.port)
  })
  const url = `http://${options.address === '127.0.0.1' ? 'localhost' : options.address}:${server.port}`
  printNotice(...(await introduction(url, options, registry, enrollment)))
  await stop
  printNotice('Stopping: no new requests, those under way may finish')
  await server.close()
}

function explained(error: unknown, port: number): unknown {
  if ((error as { code?: unknown }).code !== 'EADDRINUSE') return error
  return new Error(`Port ${port} is taken; choose another with --port, or 0 for any free one`, { cause: error })
}

/** Where it went wrong, and not its message, which may quote what was being read. */
function printFault(error: unknown): void {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  printFailure(`Fault of the token service: ${error instanceof Error ? error.name : typeof error}`, ...frames)
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
    throw new SyntaxError('--jwks, --issuer and --audience belong together: say all three')
  }
  const isAddress = /^https?:/i.test(jwks)
  if (isAddress && !URL.canParse(jwks)) throw new SyntaxError(`--jwks is ${jwks}, which is no address`)
  const file = watchedText(jwks)
  const keys = isAddress ? new URL(jwks) : async () => JSON.parse(await file()) as KeySet
  return { issuer, audience, keys, ...(algorithm.length > 0 && { algorithms: algorithm }) }
}

/** A JWT of the service's own names its device; for others the file says it, or they do so themselves. */
async function deviceOf(
  { issuer, subject }: Claims,
  enrollment: Enrollment,
  devices: (() => Promise<string>) | undefined,
): Promise<string | undefined> {
  if (issuer === enrollment.issuer.issuer || devices === undefined) return subject
  return mappedDevice(await devices(), subject)
}

async function introduction(
  url: string,
  options: ServeOptions,
  registry: Registry,
  enrollment: Enrollment,
): Promise<readonly string[]> {
  const device = options.device ?? (meansLocalHub() ? 'device1' : undefined)
  const lines = [
    `The token service is running at ${url}, for the hub ${registry.authority}.`,
    ...(options.static === undefined
      ? []
      : [`The pages of ${options.static}:`, ...pathsOf(options.static).map((path) => `  ${url}${path}`)]),
    `Its keys, codes and revocations are in ${options.state}; what it does follows as lines of JSON.`,
    '',
  ]
  if (device === undefined) {
    lines.push('A one-time code for a device:', '', '  npm run service -- code kiosk-7')
  } else {
    const { code } = await enrollment.codes.make(device, CODE_LIFETIME_IN_MINUTES * 60)
    lines.push(
      `A one-time code for ${device}, good for ${CODE_LIFETIME_IN_MINUTES} minutes:  ${code}`,
      '',
      'Be the device:',
      '',
      `  curl -d '{"code":"${code}"}' -H 'content-type: application/json' ${url}/api/enrol`,
      `  curl -X POST -H 'authorization: Bearer <the token of that answer>' ${url}/api/token`,
      '',
      `A code for another device:  npm run service -- code kiosk-7 --create`,
      `Shut a device out:          npm run service -- revoke ${device}`,
    )
    const trouble = await registry.getDevice(device).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (trouble instanceof ServiceError) lines.push('', `But: ${trouble.message}${advice(trouble)}`)
  }
  if (!/^(localhost|127\.|\[?::1)/.test(options.address)) {
    lines.push(
      '',
      `Tokens travel in the clear to ${options.address}: let a proxy with https stand before it, and say --trust-proxy.`,
    )
  }
  return [...lines, '', 'Press Ctrl+C to stop.']
}

function advice({ code }: ServiceError): string {
  return code === 'ERR_UNREACHABLE' && meansLocalHub() ? '; start one in another terminal: npm run emulator' : ''
}
