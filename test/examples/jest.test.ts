import { expect, test } from 'vitest'
import { copyExample } from './support/copy.ts'

test('A copy of examples/jest installs, and its test passes as ES modules and as CommonJS', async (context) => {
  const copy = copyExample(context, 'jest', 0)
  await copy.install('npm', 'install')
  for (const script of ['test', 'test:commonjs']) {
    expect(await copy.run('npm', 'run', script)).toMatch(/Tests: +1 passed, 1 total/)
  }
})
