import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { ROOT } from '../../tools/root.ts'
import { checkProgram } from './support/program.ts'

const DENO = join(ROOT, 'test/node_modules/@deno/linux-x64-glibc/deno')

test('A copy of examples/deno runs with the permissions that it documents', async (context) => {
  if (!existsSync(DENO)) context.skip('Deno is not installed (npm package @deno/linux-x64-glibc below test)')
  await checkProgram(context, 'deno', {
    // `deno install` reads no tarballs.
    install: ['npm', 'install'],
    start: [DENO, 'task', 'start'],
    // Without a terminal, Deno denies what it would ask for.
    env: { DENO_NO_UPDATE_CHECK: '1' },
  })
})
