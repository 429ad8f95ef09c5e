import { expect, test } from 'vitest'
import { jsrComplaints } from '../../tools/jsr/metadata.ts'

const NPM = {
  version: '1.0.0',
  license: 'MIT',
  exports: { '.': { default: './dist/index.js' }, './light': { default: './dist/light/index.js' } },
  dependencies: { ws: '^8.0.0' },
}
const JSR = {
  version: '1.0.0',
  license: 'MIT',
  exports: { '.': './src/index.ts', './light': './src/light/index.ts' },
  imports: { ws: 'npm:ws@^8.0.0' },
}

test('jsrComplaints() accepts the source of each entry and the range of each dependency', () => {
  expect(jsrComplaints(JSR, NPM)).toEqual([])
})

test('jsrComplaints() names each difference from package.json', () => {
  const changed = { ...JSR, version: '0.9.0', exports: { '.': './src/index.ts', './old': './src/old.ts' }, imports: {} }
  expect(jsrComplaints(changed, NPM)).toEqual([
    'jsr.json: version is 0.9.0; package.json means 1.0.0',
    'jsr.json: exports ./light is missing; package.json means ./src/light/index.ts',
    'jsr.json: exports ./old is not in package.json',
    'jsr.json: imports ws is missing; package.json means npm:ws@^8.0.0',
  ])
})
