import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Order, Verdict } from '../play.ts'

/** The part of miniflare's API that the contract uses. */
interface Miniflare {
  dispatchFetch(url: string, init: { method: string; body: string }): Promise<{ json(): Promise<unknown> }>
  dispose(): Promise<void>
}

interface MiniflareModule {
  readonly Miniflare: new (options: object) => Miniflare
}

export interface Workerd {
  carryOut(order: Order): Promise<Verdict>
  close(): Promise<void>
}

/**
 * Starts workerd by miniflare from test/runtimes, with the contract in a bundle. workerd trusts the
 * CA in NODE_EXTRA_CA_CERTS.
 */
export async function startWorkerd(): Promise<Workerd> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    // As wrangler selects the files of packages.
    conditions: ['workerd', 'worker', 'browser'],
    target: 'es2022',
    write: false,
  })
  const require = createRequire(new URL('../../runtimes/package.json', import.meta.url))
  const { Miniflare } = require('miniflare') as MiniflareModule
  const miniflare = new Miniflare({
    modules: true,
    script: outputFiles[0]?.text ?? '',
    // The newest date that this version of workerd knows.
    compatibilityDate: '2026-07-01',
  })
  return {
    async carryOut(order) {
      const response = await miniflare.dispatchFetch('http://localhost/', {
        method: 'POST',
        body: JSON.stringify(order),
      })
      return (await response.json()) as Verdict
    },
    close: () => miniflare.dispose(),
  }
}
