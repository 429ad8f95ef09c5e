import { brotliCompressSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { MIN_BYTES } from '../../page-kit/build/precompress.ts'

type Chunk = Rolldown.OutputChunk

/** The script of a page, as the servers send it. */
export interface PageWeight {
  readonly name: string
  /** Bytes of script, compressed with brotli. */
  readonly bytes: number
  readonly limit: number
}

/**
 * The limits of issue 13. A person loads the editor and the panels by opening them, the reader of
 * grants with a second tab, and the client of a token service by naming a service.
 */
const LIMITS = { start: 25_000, connected: 60_000 } as const

const LOADED_ON_DEMAND =
  /(?:export-log|patch-editor|code-editor|code-samples|row-copy|qr-code|telemetry-panel|methods-panel|messages-panel|read-grant|token-service)/

/** Builds the demo pages in memory, and weighs the script of the simulator. */
export async function weighSimulator(folder: string): Promise<PageWeight[]> {
  const built = (await build({ root: folder, logLevel: 'error', build: { write: false } })) as Rolldown.RolldownOutput
  const chunks = built.output.filter((part): part is Chunk => part.type === 'chunk')
  const entry = chunks.find(
    ({ isEntry, facadeModuleId }) => isEntry && facadeModuleId?.endsWith('/index.html') === true,
  )
  if (entry === undefined) throw new Error('The build has no script for index.html')
  const start = reachable(entry, chunks, () => false)
  const connected = reachable(entry, chunks, (name) => !LOADED_ON_DEMAND.test(name))
  return [
    { name: 'start page', bytes: weigh(start), limit: LIMITS.start },
    { name: 'connected simulator', bytes: weigh(connected), limit: LIMITS.connected },
  ]
}

/** @param follows whether to follow the dynamic import of a chunk */
function reachable(entry: Chunk, chunks: readonly Chunk[], follows: (fileName: string) => boolean): Set<Chunk> {
  const found = new Set<Chunk>()
  const add = (chunk: Chunk | undefined): void => {
    if (chunk === undefined || found.has(chunk)) return
    found.add(chunk)
    for (const name of [...chunk.imports, ...chunk.dynamicImports.filter(follows)]) {
      add(chunks.find(({ fileName }) => fileName === name))
    }
  }
  add(entry)
  return found
}

function weigh(chunks: ReadonlySet<Chunk>): number {
  return [...chunks].reduce((sum, { code }) => sum + sentBytes(code), 0)
}

/** The servers send small files as they are. */
function sentBytes(code: string): number {
  return code.length < MIN_BYTES ? code.length : brotliCompressSync(code).length
}

/** @returns a sentence for each page over its limit */
export function weightComplaints(weights: readonly PageWeight[]): string[] {
  return weights.flatMap(({ name, bytes, limit }) =>
    bytes <= limit ? [] : [`The ${name} loads ${bytes} bytes of script (brotli); ${limit} is the limit`],
  )
}
