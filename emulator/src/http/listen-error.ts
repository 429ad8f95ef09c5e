/** Codes for an address that belongs to another machine, or that no machine has. */
const FOREIGN: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'])

/** The options of `startHub()` for ports. */
export type PortOption = 'securePort' | 'plainPort' | 'mqttPort'

/** Why a hub cannot listen. */
export type ListenProblem =
  | { readonly type: 'foreign address' }
  /** `text` names the port and the problem, without the advice. */
  | { readonly type: 'port'; readonly port: number; readonly text: string }

/** @returns undefined for any other error */
export function listenProblemOf(error: unknown): ListenProblem | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if (FOREIGN.has(error.code)) return { type: 'foreign address' }
  if (!('port' in error)) return undefined
  const port = Number(error.port)
  if (error.code === 'EADDRINUSE') return { type: 'port', port, text: `Port ${port} is taken` }
  return error.code === 'EACCES' ? { type: 'port', port, text: `You may not listen on port ${port}` } : undefined
}

/**
 * Waits for a server that starts to listen, and explains its error.
 *
 * @param option for the port
 * @throws Error names the option and its value. It has the `code` and the `port` of the system's
 *   error
 */
export async function explainListening<Value>(
  option: PortOption,
  address: string,
  listening: Promise<Value>,
): Promise<Value> {
  try {
    return await listening
  } catch (error) {
    const problem = listenProblemOf(error)
    if (problem === undefined) throw error
    const { code, port } = error as { readonly code: string; readonly port?: number }
    const text =
      problem.type === 'port'
        ? `${problem.text}. Choose another port with ${option}; 0 means any free port.`
        : `address is ${address}, which this machine does not have; expected an address such as 127.0.0.1 or 0.0.0.0`
    throw Object.assign(new Error(text, { cause: error }), { code, ...(port !== undefined && { port }) })
  }
}
