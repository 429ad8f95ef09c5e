import { parse } from 'csv-parse/sync'
import { parseConnectionString } from 'hubtwin/light'
import { FleetFailure } from './failure.ts'

/** The names of columns that may hold the connection string, in lower case. */
const COLUMNS = ['connectionstring', 'connection string', 'primaryconnectionstring']

/**
 * Reads device connection strings: a line each, or a CSV file with a header and a column
 * `connectionString`. It ignores empty lines and lines that begin with `#`.
 *
 * @param file its name, for messages; they repeat no line
 * @throws FleetFailure names the line with the problem
 */
export function readConnectionList(text: string, file: string): readonly string[] {
  const rows = parseRows(text, file)
  const [first] = rows
  const column = first?.cells.findIndex((cell) => COLUMNS.includes(cell.trim().toLowerCase())) ?? -1
  const entries = rows.slice(column < 0 ? 0 : 1).map(({ cells, line }) => ({
    line,
    connectionString: (column < 0 ? cells.find((cell) => cell.includes('HostName=')) : cells[column])?.trim() ?? '',
  }))
  if (entries.length === 0) {
    throw new FleetFailure(
      `${file} has no device; expected a connection string per line, or a CSV column connectionString`,
    )
  }
  const lines = new Map<string, number>()
  return entries.map(({ line, connectionString }) => {
    const id = idOf(connectionString, `${file}, line ${line}`)
    const before = lines.get(id)
    // A hub accepts a single connection of a device.
    if (before !== undefined) throw new FleetFailure(`${file}, line ${line}: the same device as in line ${before}`)
    lines.set(id, line)
    return connectionString
  })
}

function parseRows(
  text: string,
  file: string,
): readonly { readonly cells: readonly string[]; readonly line: number }[] {
  try {
    const records = parse(text, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    })
    return (records as unknown as readonly { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      cells: record,
      line: info.lines,
    }))
  } catch (error) {
    throw new FleetFailure(`${file} is no CSV file: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function idOf(connectionString: string, place: string): string {
  try {
    const { identity } = parseConnectionString(connectionString)
    return `${identity.hostName}/${identity.deviceId}/${identity.moduleId ?? ''}`
  } catch (error) {
    throw new FleetFailure(`${place}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
