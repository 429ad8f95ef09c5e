/** Colours are for people: not for a pipe, not for a file, and not for who asked for none (no-color.org). */
function coloured(stream: { readonly isTTY?: boolean }, code: number, text: string): string {
  return stream.isTTY === true && !process.env['NO_COLOR'] ? `\x1b[${code}m${text}\x1b[0m` : text
}

/** A heading among the results. */
export function printHeading(text: string): void {
  console.log(coloured(process.stdout, 33, text))
}

/** Something worth knowing that is no result: results alone go to stdout, so that they can be piped. */
export function printNotice(text: string): void {
  console.error(coloured(process.stderr, 33, text))
}

export function printFailure(text: string): void {
  console.error(coloured(process.stderr, 31, text))
}
