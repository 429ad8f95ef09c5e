import { enrollmentOf } from '../../tokens/jwt/token-id.ts'

/**
 * `Date.parse` alone accepts almost anything: for V8, `kiosk-7`, `shop-12`, and `2026-11-28` are
 * times.
 */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/**
 * Parses `revoked.txt`, which people may edit.
 *
 * A line is a subject, a device ID, or a `jti`, optionally followed by a time (ISO 8601 with a
 * zone). With a time, the line ends the JWTs issued until then. Without a time, or with any other
 * text in its place, it ends all JWTs as long as the line exists. `#` after white space starts a
 * comment.
 *
 * @param onDoubt called with a sentence for each line whose second part is not a time
 * @returns the time of each name, in milliseconds since 1970, or `Infinity`
 */
export function parseRevocations(text: string, onDoubt: (message: string) => void): ReadonlyMap<string, number> {
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
        `line ${index + 1}: ${JSON.stringify(rest.join(' '))} is not a time such as 2026-11-28T09:30:00Z, so ${name} stays revoked until the line is removed`,
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
