import { Problem } from '../../tokens/base/problem.ts'

/** Reasons that no amount of waiting changes. */
const MISCONFIGURED: ReadonlySet<string | undefined> = new Set(['WRONGPASS', 'NOAUTH', 'NOPERM', 'evicts keys'])

/** Reports whether a store refuses for a reason that an operator has to change. */
export function isMisconfigured(error: unknown): boolean {
  return error instanceof Problem && MISCONFIGURED.has(error.reason)
}
