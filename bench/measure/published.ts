import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packAndUnpack } from '../../tools/packaging/pack.ts'

/** A folder whose programs import hubtwin as npm installs it, with its files for Node. */
export interface Published {
  readonly folder: string
  close(): void
}

/** The folder is below the workspace, so that the dependencies are found. */
export async function installPublished(): Promise<Published> {
  const scratch = mkdtempSync(join(fileURLToPath(new URL('..', import.meta.url)), '.published-'))
  const { consumer } = await packAndUnpack('core', scratch)
  return { folder: consumer, close: () => rmSync(scratch, { recursive: true, force: true }) }
}
