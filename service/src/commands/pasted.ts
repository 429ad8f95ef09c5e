/**
 * Reads a value as people paste it: with a shell's assignment (`export NAME='…'`, `set NAME=…`,
 * `$env:NAME = "…"`), with quotes, or with white space around it.
 */
export function unwrapPasted(text: string, name: string): string {
  const assignment = new RegExp(`^(?:export\\s+|set\\s+|\\$env:)?${name}\\s*=\\s*`, 'i')
  const value = text.trim().replace(assignment, '')
  return (/^(['"])(.*)\1;?$/s.exec(value)?.[2] ?? value).trim()
}
