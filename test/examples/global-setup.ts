import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { packForPublishing } from '../../tools/packaging/npm-pack.ts'

/** The examples install the packages as npm would publish them. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-packed-'))
  const packed = [await packForPublishing('core', folder), await packForPublishing('emulator', folder)]
  project.provide('tarballs', Object.fromEntries(packed.map(({ name, path }) => [name, path])))
  return () => rmSync(folder, { recursive: true, force: true })
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The path of each package's tarball. */
    tarballs: Record<string, string>
  }
}
