import type { Registry } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { pathsOf } from '../runtime/static-pages.ts'
import { Problem } from '../tokens/base/problem.ts'
import type { Enrollment } from '../tokens/enrollment/enrollment.ts'
import { messageWithAdvice, usesLocalHub } from './hub-from-environment.ts'
import type { ServeOptions } from './serve-options.ts'

const CODE_LIFETIME_IN_MINUTES = 15

/** The addresses of a running service, and the place of its state. */
interface Places {
  readonly url: string
  readonly metricsUrl: string | undefined
  readonly place: string
}

/**
 * Returns the lines that `serve` prints at its start: addresses, a one-time code, and the next
 * commands.
 */
export async function introduction(
  { url, metricsUrl, place }: Places,
  options: ServeOptions,
  registry: Registry,
  enrollment: Enrollment,
): Promise<readonly string[]> {
  const device = options.device ?? (usesLocalHub() ? 'device1' : undefined)
  return [
    `The token service is running at ${url}, for the hub ${registry.authority}.`,
    ...(options.static === undefined
      ? []
      : [`Pages of ${options.static}:`, ...pathsOf(options.static).map((path) => `  ${url}${path}`)]),
    ...(metricsUrl === undefined ? [] : [`Metrics are at ${metricsUrl}.`]),
    `Keys, codes, and revocations are in ${place}. Events follow as lines of JSON.`,
    '',
    ...(device === undefined
      ? ['A one-time code for a device:', '', '  npm run service -- code kiosk-7']
      : await deviceLines(device, url, registry, enrollment)),
    ...(isThisMachine(options.address)
      ? []
      : ['', `Tokens travel unencrypted to ${options.address}: put an https proxy in front, and pass --trust-proxy.`]),
    '',
    'Press Ctrl+C to stop.',
  ]
}

async function deviceLines(
  device: string,
  url: string,
  registry: Registry,
  enrollment: Enrollment,
): Promise<readonly string[]> {
  const made = await enrollment.codes.make(device, CODE_LIFETIME_IN_MINUTES * 60).catch((error: unknown) => {
    if (error instanceof Problem) return undefined
    throw error
  })
  if (made === undefined) return ['There is no one-time code yet, because the store does not respond.']
  const { code } = made
  const problem = await registry.getDevice(device).then(
    () => undefined,
    (error: unknown) => error,
  )
  return [
    `A one-time code for ${device}, valid for ${CODE_LIFETIME_IN_MINUTES} minutes:  ${code}`,
    '',
    'Use it as the device:',
    '',
    `  curl -d '{"code":"${code}"}' -H 'content-type: application/json' ${url}/api/enroll`,
    `  curl -X POST -H 'authorization: Bearer <token from the response>' ${url}/api/token`,
    '',
    `A code for another device:  npm run service -- code kiosk-7 --create`,
    `Lock a device out:          npm run service -- revoke ${device}`,
    ...(problem instanceof ServiceError ? ['', `Problem: ${messageWithAdvice(problem)}`] : []),
  ]
}

function isThisMachine(address: string): boolean {
  return /^(localhost|127\.|\[?::1)/.test(address)
}
