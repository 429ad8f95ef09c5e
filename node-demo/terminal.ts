import process from 'node:process'

/** Colours are for people: not for a pipe, not for a file, and not for who asked for none (no-color.org). */
function colouring(stream: { readonly isTTY?: boolean }, code: number): (text: string) => string {
  const wanted = stream.isTTY === true && !process.env['NO_COLOR']
  return (text) => (wanted ? `\x1b[${code}m${text}\x1b[0m` : text)
}

/** For failures. */
export const red: (text: string) => string = colouring(process.stderr, 31)

/** For headings among the results. */
export const yellow: (text: string) => string = colouring(process.stdout, 33)

export const green: (text: string) => string = colouring(process.stdout, 32)
export const magenta: (text: string) => string = colouring(process.stdout, 35)
export const cyan: (text: string) => string = colouring(process.stdout, 36)
