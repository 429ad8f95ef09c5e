import type { TestProject } from 'vitest/node'
import { startControl } from './control/start.ts'
import { runtimeName } from './runtime-name.ts'

/**
 * Starts the hub, passes its address to the tests, and makes vitest's worker processes trust it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const control = await startControl()
  project.provide('controlUrl', control.url)
  // This process runs in the runtime that the command line named. A test in another runtime must
  // fail.
  project.provide('runtime', runtimeName())
  process.env['NODE_EXTRA_CA_CERTS'] = control.certificateAuthorityFile
  process.env['DENO_CERT'] = control.certificateAuthorityFile
  return () => control.close()
}

declare module 'vitest' {
  export interface ProvidedContext {
    controlUrl: string
    runtime: string
  }
}
