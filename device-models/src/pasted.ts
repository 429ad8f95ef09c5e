/** A connection string as a person pasted it, without quotes and other additions. */
export interface Pasted {
  /** May be empty. */
  readonly text: string
  /** The environment variable of the assignment around it, such as `IOTHUB_CONNECTION_STRING`. */
  readonly variable?: string
  /** `other` is anything that names neither a device nor a policy. Its parser finds the problem. */
  readonly kind: 'device' | 'policy' | 'other'
}

export const POLICY_INSTEAD_OF_DEVICE = "This is the hub's policy key, not a device's"

/** Parts of a connection string are in PascalCase, environment variables in capitals. */
const ASSIGNMENT = /^(?<variable>[A-Z][A-Z\d_]*)\s*=\s*/
const SHELL_ASSIGNMENT = /^(?:(?:export|set)\s+["']?|\$env:)(?<variable>\w+)\s*=\s*/i

/**
 * Reads a connection string as people paste it: with a shell's assignment (`export NAME='…'`,
 * `set NAME=…`, `$env:NAME = "…"`, `NAME=…` from an `.env` file), with quotes, or with white space
 * around it.
 *
 * @param text may hold several lines, as the local hub prints them
 * @param wanted prefers this kind of connection string among several lines
 */
export function readPasted(text: string, wanted: 'device' | 'policy' = 'device'): Pasted {
  const lines = text.split(/[\r\n]+/).flatMap((line) => (/HostName=/.test(line) ? [readLine(line)] : []))
  return lines.find(({ kind }) => kind === wanted) ?? lines[0] ?? readLine(text)
}

function readLine(line: string): Pasted {
  const trimmed = line.trim()
  const assignment = ASSIGNMENT.exec(trimmed) ?? SHELL_ASSIGNMENT.exec(trimmed)
  const text = unquote(trimmed.slice(assignment?.[0].length ?? 0))
  const variable = assignment?.groups?.['variable']
  return { text, kind: kindOf(text), ...(variable !== undefined && { variable }) }
}

/** No part of a connection string holds a quote. */
function unquote(text: string): string {
  return text.replaceAll(/^['"`\s]+|['"`\s]+[;,]?$/g, '')
}

function kindOf(text: string): Pasted['kind'] {
  if (/(?:^|;)\s*DeviceId=/.test(text)) return 'device'
  return /(?:^|;)\s*SharedAccessKeyName=/.test(text) ? 'policy' : 'other'
}
