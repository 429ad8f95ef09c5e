import type { TestProject } from 'vitest/node'
import { startControl } from './control/start.ts'
import { runtimeName } from './runtime-name.ts'

/**
 * Starts the hub, tells the tests where it is, and has the processes that vitest forks trust it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const control = await startControl()
  project.provide('controlUrl', control.url)
  // Here is the runtime that the command line named; a test in another one must fail.
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
