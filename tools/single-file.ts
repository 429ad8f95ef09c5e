import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleIntoSingleFile } from './packaging/single-file.ts'
import { ROOT } from './root.ts'

// Part of `npm run build`: writes hubtwin/light as a single script for pages without a bundler, and
// prints its hash.

const PATH = 'core/dist/light.min.js'
const { version, license } = JSON.parse(readFileSync(join(ROOT, 'core/package.json'), 'utf8')) as {
  version: string
  license: string
}
const ENTRY = join(ROOT, 'core/dist/light/index.js')
const { code, integrity } = await bundleIntoSingleFile(ENTRY, 'hubtwin', `/*! hubtwin ${version} | ${license} */`)
writeFileSync(join(ROOT, PATH), code)
console.log(`${PATH}  ${(code.byteLength / 1000).toFixed(1)} kB  ${integrity}`)
