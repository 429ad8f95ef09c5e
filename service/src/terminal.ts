import { printable } from './tokens/base/printable.ts'

/** Adds a color on a terminal, unless the user has turned colors off (no-color.org). */
function colored(stream: { readonly isTTY?: boolean }, code: number, text: string): string {
  return stream.isTTY === true && !process.env['NO_COLOR'] ? `\x1b[${code}m${text}\x1b[0m` : text
}

/**
 * Only this file writes to the terminal, so no text from a device or a hub can act as a command or
 * as a second line.
 */
function safe(lines: readonly string[]): string {
  return lines.map(printable).join('\n')
}

/**
 * Ends the program when its output cannot be written. A reader of the first lines (`| head`) closes
 * the pipe, which is not a failure. A full disk is.
 */
export function endAtOutputErrors(): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    printFailure(`The output cannot be written: ${error.message}`)
    process.exit(1)
  })
  process.stderr.on('error', () => undefined)
}

/** Prints results, one per line. */
export function print(...lines: readonly string[]): void {
  console.log(safe(lines))
}

/** Prints a heading among the results. */
export function printHeading(text: string): void {
  console.log(colored(process.stdout, 33, safe([text])))
}

/** Prints notices to stderr: stdout carries only results, so that they can be piped. */
export function printNotice(...lines: readonly string[]): void {
  console.error(colored(process.stderr, 33, safe(lines)))
}

/** Prints an error to stderr. */
export function printFailure(...lines: readonly string[]): void {
  console.error(colored(process.stderr, 31, safe(lines)))
}
