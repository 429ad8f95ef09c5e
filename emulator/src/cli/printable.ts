/**
 * Characters that act on a terminal or a reader and are not seen: controls with their escape sequences (ECMA-48), among them OSC 52, which
 * writes the clipboard; format characters, among them those that turn the direction of text; line separators; halves of surrogate pairs.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Text from outside as a line that a terminal shows and does not obey. Unsafe characters are escaped as in JSON (`\u001b`), so a line of JSON
 * stays the same JSON.
 */
export function printable(text: string): string {
  return text.replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeOf(character.charCodeAt(index))).join(''),
  )
}

function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/** The same for text of many lines, such as help or JSON that is laid out. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** An error with its causes and its stack, for a log. Messages may quote a client, and stay on their lines. */
export function printableError(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error))
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))
  const cause = error.cause === undefined ? [] : [`Caused by ${printableError(error.cause)}`]
  return [printable(`${error.name}: ${error.message}`), ...frames.map(printable), ...cause].join('\n')
}
