/**
 * Invisible characters that can deceive a terminal or its reader. Controls and their escape
 * sequences (ECMA-48) include OSC 52, which writes the clipboard. Format characters include those
 * that change the direction of text. The rest are line separators and lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Makes text from outside safe to print on a terminal, as a single line. Unsafe characters are
 * escaped as in JSON (`\u001b`), so a line of JSON keeps its value.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeOf(character.charCodeAt(index))).join(''),
  )
}

function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/** The same for text of several lines, such as help or formatted JSON. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/**
 * An error with its causes and stack, for a log. Messages may quote a client, so each stays on a
 * single line.
 */
export function printableError(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error))
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))
  const cause = error.cause === undefined ? [] : [`Caused by ${printableError(error.cause)}`]
  return [printable(`${error.name}: ${error.message}`), ...frames.map(printable), ...cause].join('\n')
}
