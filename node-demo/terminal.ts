import process from 'node:process'

/**
 * Makes text from a hub or a user safe for a terminal: a single line, in which controls (ECMA-48
 * §5.3) and bidirectional controls (UAX #9 §2) become `\uXXXX`. JSON keeps its meaning.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escape(character.charCodeAt(index))).join(''),
  )
}

function escape(codeUnit: number): string {
  return `\\u${codeUnit.toString(16).padStart(4, '0')}`
}

/**
 * Without a listener, Node prints a stack trace. A reader of the first lines (`| head`) closes the
 * pipe, which is not a failure. A full disk is.
 */
process.stdout.once('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  console.error(`The output cannot be written: ${error.message}`)
  process.exit(1)
})
process.stderr.on('error', () => undefined)

/** Prints results, one per line. */
export function print(...lines: readonly string[]): void {
  console.log(lines.map(printable).join('\n'))
}

/** Prints a notice or an error to stderr. */
export function printError(text: string, color: (text: string) => string = (plain) => plain): void {
  console.error(color(printable(text)))
}

/**
 * Returns a function that adds a color on a terminal, unless the user has turned colors off
 * (no-color.org).
 */
function coloring(stream: { readonly isTTY?: boolean }, code: number): (text: string) => string {
  const isColored = stream.isTTY === true && !process.env['NO_COLOR']
  return (text) => (isColored ? `\x1b[${code}m${text}\x1b[0m` : text)
}

/** The color of failures. */
export const red: (text: string) => string = coloring(process.stderr, 31)

/** The color of headings among the results. */
export const yellow: (text: string) => string = coloring(process.stdout, 33)

export const green: (text: string) => string = coloring(process.stdout, 32)
export const magenta: (text: string) => string = coloring(process.stdout, 35)
export const cyan: (text: string) => string = coloring(process.stdout, 36)
