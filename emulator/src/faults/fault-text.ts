import type { FaultSpec } from './fault-spec.ts'
import { parseFaultSpec } from './fault-spec.ts'
import { Refusal } from '../errors/refusal.ts'

/** The arguments that are figures, whatever way they come. */
const figures: readonly string[] = ['times', 'rate', 'milliseconds', 'status', 'code']

/**
 * Reads a fault from a command line: as JSON, or as its name and arguments, `lose:operation=patch,device=device1,times=1`.
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
  return faultFrom(fault, pairs)
}

/** The same from arguments that were taken apart already. @throws Refusal ArgumentInvalid */
export function faultFrom(fault: string, given: readonly (readonly [string, string])[]): FaultSpec {
  const entries = given.map(([key, value]): [string, unknown] => [
    key,
    figures.includes(key) && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value,
  ])
  return parseFaultSpec(Object.fromEntries([['fault', fault], ...entries]))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('ArgumentInvalid', `${text} is no JSON`)
  }
}
