import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { run } from '../../tools/process.ts'
import { root } from '../../tools/root.ts'

/** The examples install the packages as npm would publish them. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-packed-'))
  const npm = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder]
  const workspaces = ['--workspace', 'core', '--workspace', 'emulator']
  const { code, output, reason } = await run('npm', [...npm, ...workspaces], {
    cwd: root,
    deadlineInMs: 60_000,
    quiet: true,
  })
  if (code !== 0) throw new Error(`npm pack failed: ${reason ?? output}`)
  const packed = JSON.parse(output) as { name: string; filename: string }[]
  project.provide('tarballs', Object.fromEntries(packed.map(({ name, filename }) => [name, join(folder, filename)])))
  return () => rmSync(folder, { recursive: true, force: true })
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The path of each package's tarball. */
    tarballs: Record<string, string>
  }
}
