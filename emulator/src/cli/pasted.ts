/** Parts of a connection string are in PascalCase, environment variables in capitals. */
const ASSIGNMENT = /^[A-Z][A-Z\d_]*\s*=\s*/
const SHELL_ASSIGNMENT = /^(?:(?:export|set)\s+["']?|\$env:)\w+\s*=\s*/i

/**
 * Reads a connection string as people paste it: with a shell's assignment (`export NAME='…'`,
 * `set NAME=…`, `$env:NAME = "…"`), with quotes, or with white space around it. The demos and the
 * back end read it in the same way (`device-models/src/pasted.ts`), but this package is published
 * and cannot import theirs.
 */
export function unwrapPasted(text: string): string {
  return text
    .trim()
    .replace(ASSIGNMENT, '')
    .replace(SHELL_ASSIGNMENT, '')
    .replaceAll(/^['"`\s]+|['"`\s]+[;,]?$/g, '')
}
