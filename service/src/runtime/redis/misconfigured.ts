import { Problem } from '../../tokens/base/problem.ts'

/** Reasons that waiting cannot resolve. */
const MISCONFIGURED: ReadonlySet<string | undefined> = new Set(['WRONGPASS', 'NOAUTH', 'NOPERM', 'evicts keys'])

/** Reports whether a store refuses for a reason that only an operator can fix. */
export function isMisconfigured(error: unknown): boolean {
  return error instanceof Problem && MISCONFIGURED.has(error.reason)
}
