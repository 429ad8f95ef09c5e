import { test } from 'vitest'
import { checkProgram } from './support/program.ts'

test('A copy of examples/pnpm installs and runs with pnpm', async (context) => {
  const pnpm = ['npm', 'exec', '--yes', '--', 'pnpm@12.21.0'] as const
  await checkProgram(context, 'pnpm', { install: [...pnpm, 'install'], start: [...pnpm, 'start'] })
})
