import process from 'node:process'

/** Files and sockets of the program itself. */
const OWN = 100

/**
 * Returns the problem of a fleet that needs more open files than the process may have: each device
 * is a socket. `undefined` where the system has no such limit, as on Windows.
 */
export function openFilesProblem(devices: number, limit: number | undefined = openFilesLimit()): string | undefined {
  if (limit === undefined || devices + OWN <= limit) return undefined
  return (
    `${devices} devices need ${devices + OWN} open files, but this process may have ${limit}. ` +
    `Raise the limit with "ulimit -n ${devices + OWN}", or run fewer devices with --devices or --to`
  )
}

/**
 * Returns the limit that `ulimit -n` sets. Node raises the soft limit to the hard limit at its
 * start.
 */
function openFilesLimit(): number | undefined {
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } }
  }
  const soft = userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft : undefined
}
