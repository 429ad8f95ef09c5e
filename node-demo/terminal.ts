import process from 'node:process'

/**
 * Makes text from a hub or a user safe for a terminal: one line, without controls (ECMA-48 §5.3) and bidirectional controls (UAX #9 §2), which
 * become `\uXXXX`. JSON keeps its meaning.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escape(character.charCodeAt(index))).join(''),
  )
}

function escape(codeUnit: number): string {
  return `\\u${codeUnit.toString(16).padStart(4, '0')}`
}

/** Results, a line each. */
export function print(...lines: readonly string[]): void {
  console.log(lines.map(printable).join('\n'))
}

/** Notices and errors. */
export function printError(text: string, color: (text: string) => string = (plain) => plain): void {
  console.error(color(printable(text)))
}

/** Colors are for people: not for a pipe, not for a file, and not for a person who turned them off (no-color.org). */
function coloring(stream: { readonly isTTY?: boolean }, code: number): (text: string) => string {
  const wanted = stream.isTTY === true && !process.env['NO_COLOR']
  return (text) => (wanted ? `\x1b[${code}m${text}\x1b[0m` : text)
}

/** For failures. */
export const red: (text: string) => string = coloring(process.stderr, 31)

/** For headings among the results. */
export const yellow: (text: string) => string = coloring(process.stdout, 33)

export const green: (text: string) => string = coloring(process.stdout, 32)
export const magenta: (text: string) => string = coloring(process.stdout, 35)
export const cyan: (text: string) => string = coloring(process.stdout, 36)
