import process from 'node:process'

export const CONNECTION_STRING_NAME = 'IOTHUB_DEVICE_CONNECTION_STRING'

/**
 * Returns the device's connection string from the environment, or an empty text.
 *
 * People paste it with a shell's assignment (`export NAME='…'`, `set NAME=…`, `$env:NAME = "…"`),
 * with quotes, or with white space around it.
 */
export function givenConnectionString(): string {
  const text = process.env[CONNECTION_STRING_NAME] ?? ''
  const assignment = new RegExp(`^(?:export\\s+|set\\s+|\\$env:)?${CONNECTION_STRING_NAME}\\s*=\\s*`, 'i')
  const value = text.trim().replace(assignment, '')
  return (/^(['"])(.*)\1;?$/s.exec(value)?.[2] ?? value).trim()
}
