import { stat } from 'node:fs/promises'
import { type ServiceConnectionString } from '../hub/connection-string.ts'
import { deviceKeysOf } from '../hub/device-keys.ts'
import type { Registry } from '../hub/registry.ts'
import { watchedText } from '../runtime/folder/text-files.ts'
import type { Enrollment } from '../tokens/enrollment/enrollment.ts'
import type { Claims, Issuer, KeySet } from '../tokens/jwt/verifier.ts'
import { sasFromDeviceKey, sasFromPolicy, type SasSource } from '../tokens/sas.ts'
import type { TokenHub } from '../tokens/token-service.ts'
import { mappedDevice } from './device-map.ts'
import { parseJsonObject } from './patch-input.ts'
import type { ServeOptions } from './serve-options.ts'
import { UsageError } from './usage.ts'

/** Returns the hub that devices connect to. */
export function tokenHub({ hostName, port, plain }: ServiceConnectionString): TokenHub {
  if (!plain && port === undefined) return { hostName }
  return { hostName, endpoint: `${plain ? 'ws' : 'wss'}://${hostName}${port === undefined ? '' : `:${port}`}` }
}

/** Returns the origin that pages connect to. */
export function pageEndpoint({ hostName, endpoint }: TokenHub): string {
  return endpoint ?? `wss://${hostName}`
}

/** Signs passwords with the key that `--key` names. */
export function sasSource(options: ServeOptions, connection: ServiceConnectionString, registry: Registry): SasSource {
  const settings = { hostName: connection.hostName, lifetimeInMinutes: options.sasMinutes }
  return options.key === 'device'
    ? sasFromDeviceKey(settings, deviceKeysOf(registry))
    : sasFromPolicy(settings, connection)
}

/** @throws Error if `--static` is no folder */
export async function checkPages(folder: string): Promise<void> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => undefined,
  )
  if (isFolder !== true) {
    throw new Error(
      `--static is ${folder}, but ${isFolder === false ? 'it is not a folder' : 'there is no such folder'}`,
    )
  }
}

/**
 * Returns the issuer of `--jwks`. Reads a file at the start, so that a mistake in it fails here.
 *
 * @throws UsageError if an option lacks another that it requires, Error if a file cannot be read
 */
export async function foreignIssuer({ jwks, issuer, audience, algorithm }: ServeOptions): Promise<Issuer | undefined> {
  if (jwks === undefined && issuer === undefined && audience === undefined) return undefined
  if (jwks === undefined || issuer === undefined || audience === undefined) {
    throw new UsageError('--jwks, --issuer, and --audience only work together: pass all three')
  }
  const isUrl = /^https?:/i.test(jwks)
  if (isUrl && !URL.canParse(jwks)) throw new UsageError(`--jwks is ${jwks}; expected a file or a URL`)
  const file = watchedText('--jwks', jwks)
  const readKeys = async (): Promise<KeySet> =>
    parseJsonObject(await file(), 'The --jwks file', '{"keys":[…]}') as unknown as KeySet
  if (!isUrl) await readKeys()
  const keys = isUrl ? new URL(jwks) : readKeys
  return { issuer, audience, keys, ...(algorithm.length > 0 && { algorithms: algorithm }) }
}

/**
 * The service's own JWTs name their device. For other JWTs, the `--devices` file names it; without
 * a file, the subject does.
 */
export async function deviceOf(
  { issuer, subject }: Claims,
  enrollment: Enrollment,
  devices: (() => Promise<string>) | undefined,
): Promise<string | undefined> {
  if (issuer === enrollment.issuer.issuer || devices === undefined) return subject
  return mappedDevice(await devices(), subject)
}
