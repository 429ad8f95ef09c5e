import type { Claims } from '../jwt/verifier.ts'
import { printable } from '../base/printable.ts'
import type { Store } from '../base/store.ts'
import { enrollmentOf } from '../jwt/token-id.ts'

const FILE = 'revoked.txt'

/** The names whose JWTs are no longer valid. */
export interface Revocations {
  /** @param deviceId the device of the JWT's subject, if known */
  isRevoked(claims: Claims, deviceId?: string): Promise<boolean>
  /**
   * Ends all JWTs that go back to an enrollment or a sign-in until now.
   *
   * @param name a subject, a device ID, or a `jti` of the enrollment
   * @throws SyntaxError if a line of the file cannot hold the name
   */
  revoke(name: string): Promise<void>
}

/**
 * Opens `revoked.txt` in a store. Rereads it after every change, so that a new line takes effect
 * with the next request.
 *
 * A line is a subject, a device ID, or a `jti`, optionally followed by a time (ISO 8601 with a
 * zone). With a time, the line ends the JWTs issued until then. Without a time, or with any other
 * text in its place, it ends all JWTs as long as the line exists. `#` after white space starts a
 * comment.
 *
 * @param onDoubt called with a sentence for each line whose second part is not a time
 */
export function storedRevocations(
  store: Store,
  now: () => number = Date.now,
  onDoubt: (message: string) => void = () => undefined,
): Revocations {
  let parsed: { readonly text: string; readonly until: ReadonlyMap<string, number> } = { text: '', until: new Map() }

  return {
    async isRevoked({ subject, id, authenticatedAt }, deviceId) {
      const text = (await store.read(FILE)) ?? ''
      if (parsed.text !== text) parsed = { text, until: parse(text, onDoubt) }
      const authenticatedAtInMs = Math.round(authenticatedAt * 1000)
      return [subject, deviceId, id].some((name) => {
        const until = name === undefined ? undefined : parsed.until.get(enrollmentOf(name))
        return until !== undefined && authenticatedAtInMs <= until
      })
    },
    async revoke(name) {
      checkRevocable(name)
      // A line that a person wrote may lack its line break.
      const text = (await store.read(FILE)) ?? ''
      const start = text === '' || text.endsWith('\n') ? '' : '\n'
      await store.append(FILE, `${start}${name} ${new Date(now()).toISOString()}\n`)
    },
  }
}

/** @throws SyntaxError if a line of the file cannot hold the name */
export function checkRevocable(name: string): void {
  if (name !== '' && !/\s/.test(name) && !name.startsWith('#') && printable(name) === name) return
  throw new SyntaxError(
    `${JSON.stringify(name)} cannot be revoked; expected a device ID, a subject, or a token ID, without white space and without # at the start`,
  )
}

/**
 * `Date.parse` alone accepts almost anything: for V8, `kiosk-7`, `shop-12`, and `2026-11-28` are
 * times.
 */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

function parse(text: string, onDoubt: (message: string) => void): ReadonlyMap<string, number> {
  const until = new Map<string, number>()
  // Windows PowerShell appends UTF-16 to a UTF-8 file: a NUL next to each character.
  const lines = text.replaceAll('\0', '').split(/\r\n|[\n\r\u2028\u2029]/)
  lines.forEach((line, index) => {
    // A device ID may hold a `#`, so a comment starts after white space.
    const [name, ...rest] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/)
    if (!name) return
    const key = enrollmentOf(name)
    until.set(key, Math.max(until.get(key) ?? -Infinity, readTime(rest)))
    if (rest.length > 0 && readTime(rest) === Infinity) {
      onDoubt(
        `${FILE}, line ${index + 1}: ${JSON.stringify(rest.join(' '))} is not a time such as 2026-11-28T09:30:00Z, so ${name} stays revoked until the line is removed`,
      )
    }
  })
  return until
}

/** @returns milliseconds since 1970, or `Infinity` for anything but a single time */
function readTime([text = '', ...more]: readonly string[]): number {
  const time = more.length === 0 && TIME.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? Infinity : time
}
