import { Refusal } from '../errors/refusal.ts'
import { type FaultSpec, parseFaultSpec } from './fault-spec.ts'

/** The fields that hold numbers. */
const NUMERIC_FIELDS: readonly string[] = ['times', 'probability', 'rate', 'milliseconds', 'status', 'code']

/**
 * Parses a fault of the command line: JSON, or a name with fields such as
 * `lose:operation=patch,device=device1,times=1`.
 *
 * @throws Refusal ArgumentInvalid
 */
export function parseFaultText(text: string): FaultSpec {
  if (text.trimStart().startsWith('{')) return parseFaultSpec(parseJson(text))
  const at = text.indexOf(':')
  const [fault, rest] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  const pairs = rest
    .split(',')
    .filter(Boolean)
    .map((pair): [string, string] => {
      const [key = '', value = ''] = pair.split(/=(.*)/s, 2)
      return [key, value]
    })
  return parseFaultFields(fault, pairs)
}

/** Parses a fault from its name and the texts of its fields. @throws Refusal ArgumentInvalid */
export function parseFaultFields(fault: string, fields: readonly (readonly [string, string])[]): FaultSpec {
  const entries = fields.map(([key, value]): [string, unknown] => [
    key,
    NUMERIC_FIELDS.includes(key) && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value,
  ])
  return parseFaultSpec(Object.fromEntries([['fault', fault], ...entries]))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('ArgumentInvalid', `${text} is not JSON`)
  }
}
