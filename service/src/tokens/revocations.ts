import type { Claims } from './jwt.ts'
import type { Store } from './store.ts'

const FILE = 'revoked.txt'

/** Whose JWTs count no more. */
export interface Revocations {
  isRevoked(claims: Claims): Promise<boolean>
  /** Ends every JWT of a subject that was issued until now, or one JWT by its `jti`. One that is issued later counts. */
  revoke(subjectOrId: string): Promise<void>
}

/**
 * Reads `revoked.txt` of a store anew whenever it has changed, so that a line takes effect with the next request.
 *
 * A line is a subject or a `jti`, and perhaps a time: without one it stands for as long as the line does, with one it ends what was issued
 * until then. What follows a `#` is a remark. A time that can't be read counts as none, which is the safe side.
 */
export function storedRevocations(store: Store, now: () => number = Date.now): Revocations {
  let parsed: { readonly text: string; readonly until: ReadonlyMap<string, number> } = { text: '', until: new Map() }

  return {
    async isRevoked({ subject, id, issuedAt }) {
      const text = (await store.read(FILE)) ?? ''
      if (parsed.text !== text) parsed = { text, until: parse(text) }
      const issuedAtInMs = Math.round(issuedAt * 1000)
      return [subject, id].some((name) => name !== undefined && issuedAtInMs <= (parsed.until.get(name) ?? -1))
    },
    async revoke(subjectOrId) {
      // A line that somebody wrote by hand may lack its end.
      const text = (await store.read(FILE)) ?? ''
      const start = text === '' || text.endsWith('\n') ? '' : '\n'
      await store.append(FILE, `${start}${subjectOrId} ${new Date(now()).toISOString()}\n`)
    },
  }
}

function parse(text: string): ReadonlyMap<string, number> {
  const until = new Map<string, number>()
  for (const line of text.split(/\r?\n/)) {
    // An id of a device may hold a `#`, so a remark begins after white space.
    const [name, time] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/)
    if (!name) continue
    const at = time === undefined ? Infinity : Date.parse(time)
    until.set(name, Math.max(until.get(name) ?? 0, Number.isNaN(at) ? Infinity : at))
  }
  return until
}
