import type { SuiteStep } from './contract-suites.ts'

const PROGRAMS = ['node', 'pnpm', 'deno', 'bun', 'typescript', 'jest']
const PAGES = ['vite', 'webpack', 'esbuild', 'rollup', 'react', 'vue', 'svelte', 'worker', 'html']

/** A step for each folder of examples/. It installs, builds, and runs a copy. */
export const exampleSuites: readonly SuiteStep[] = [...PROGRAMS, ...PAGES].map((name) => ({
  name: `example-${name}`,
  title: `a copy of examples/${name}`,
  minutes: 6,
  group: 'slow',
  needs: PAGES.includes(name) ? ['browsers'] : ['matrix'],
  project: 'examples',
  runtime: [process.execPath],
  files: [`test/examples/${name}.test.ts`],
}))
