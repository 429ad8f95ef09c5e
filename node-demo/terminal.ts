import process from 'node:process'

/** Colours are for people: not for a pipe, not for a file, and not for who asked for none (no-color.org). */
function coloured(stream: { readonly isTTY?: boolean }, code: number, text: string): string {
  return stream.isTTY === true && !process.env['NO_COLOR'] ? `\x1b[${code}m${text}\x1b[0m` : text
}

/** For a heading on stdout. */
export function yellow(text: string): string {
  return coloured(process.stdout, 33, text)
}

/** For a failure on stderr. */
export function red(text: string): string {
  return coloured(process.stderr, 31, text)
}
