import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEVELOPMENT_DEVICE_KEY } from 'hubtwin-emulator'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../../tools/root.ts'
import { exampleSuites } from '../../tools/test/example-suites.ts'

const FOLDER = join(ROOT, 'examples')
const names = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
const read = (...path: string[]): string => readFileSync(join(FOLDER, ...path), 'utf8')

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

test('Each folder of examples/ has a step', () => {
  expect(exampleSuites.map(({ name }) => name).sort()).toEqual(names.map((name) => `example-${name}`).sort())
})

describe.each(names)('examples/%s', (name) => {
  test('has a test, a README, and a row in the table', () => {
    expect(existsSync(join(ROOT, 'test/examples', `${name}.test.ts`))).toBe(true)
    expect(read(name, 'README.md')).toMatch(/hubtwin-emulator|hub in the test/)
    expect(read('README.md')).toContain(`[${name}](${name})`)
  })

  test('depends on the present version of hubtwin, and on exact versions of everything else', () => {
    const { dependencies, devDependencies = {} } = JSON.parse(read(name, 'package.json')) as Manifest
    const { version } = JSON.parse(readFileSync(join(ROOT, 'core/package.json'), 'utf8')) as { version: string }
    for (const [other, range] of Object.entries({ ...dependencies, ...devDependencies })) {
      if (other.startsWith('hubtwin')) expect(range).toBe(`^${version}`)
      else expect(range, other).toMatch(/^\d+\.\d+\.\d+$/)
    }
  })

  test('contains no key except that of the local hub', () => {
    const files = readdirSync(join(FOLDER, name), { recursive: true, withFileTypes: true })
    for (const file of files.filter((each) => each.isFile())) {
      const text = readFileSync(join(file.parentPath, file.name), 'utf8')
      for (const [, key] of text.matchAll(/SharedAccessKey=([^;']+)/g)) expect(key).toBe(DEVELOPMENT_DEVICE_KEY)
    }
  })
})
