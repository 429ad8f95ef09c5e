import { printable } from './tokens/base/printable.ts'

/** Colors are for people: not for a pipe, not for a file, and not for a person who turned them off (no-color.org). */
function colored(stream: { readonly isTTY?: boolean }, code: number, text: string): string {
  return stream.isTTY === true && !process.env['NO_COLOR'] ? `\x1b[${code}m${text}\x1b[0m` : text
}

/** Only this file writes to the terminal, so nothing that a device or a hub sent gets there as a command or as a second line. */
function safe(lines: readonly string[]): string {
  return lines.map(printable).join('\n')
}

/** Results, a line each. */
export function print(...lines: readonly string[]): void {
  console.log(safe(lines))
}

/** A heading among the results. */
export function printHeading(text: string): void {
  console.log(colored(process.stdout, 33, safe([text])))
}

/** Something worth knowing that is no result: results alone go to stdout, so that they can be piped. */
export function printNotice(...lines: readonly string[]): void {
  console.error(colored(process.stderr, 33, safe(lines)))
}

export function printFailure(...lines: readonly string[]): void {
  console.error(colored(process.stderr, 31, safe(lines)))
}
