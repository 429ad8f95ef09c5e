import { TERMS } from './terms.ts'

const ANY_TERM = new RegExp(TERMS.map(([pattern]) => `(?:${pattern})`).join('|'), 'iu')

/**
 * Reports whether a text needs the slow checks. Most files do not: no banned term, no paragraph
 * with more than `max` words, and no "Who" or "What" at the start of a sentence.
 */
export function mightHaveFindings(text: string, max: number): boolean {
  if (ANY_TERM.test(text) || /\b(Who|Whom|Whoever|What|Whatever)\s/.test(text)) return true
  return text.split(/\n\s*\n/).some((paragraph) => paragraph.split(/\s+/).length > max)
}
