import { test } from 'vitest'
import { checkProgram } from './support/program.ts'

test('A copy of examples/typescript compiles with node16 and with bundler, and runs', async (context) => {
  await checkProgram(context, 'typescript', {
    install: ['npm', 'install'],
    build: ['npm', 'run', 'build'],
    start: ['npm', 'start'],
  })
})
