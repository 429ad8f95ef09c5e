import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'vitest'
import { ROOT } from '../../tools/root.ts'
import { checkProgram } from './support/program.ts'

const BUN = join(ROOT, 'test/node_modules/bun/bin/bun.exe')

test('A copy of examples/bun installs and runs with Bun', async (context) => {
  if (!existsSync(BUN)) context.skip('Bun is not installed (npm package bun below test)')
  const env = { PATH: [join(ROOT, 'test/node_modules/.bin'), process.env['PATH']].join(delimiter) }
  await checkProgram(context, 'bun', { install: [BUN, 'install'], start: [BUN, 'run', 'start'], env })
})
