import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleIntoSingleFile } from './packaging/single-file.ts'
import { root } from './root.ts'

// Part of `npm run build`: writes hubtwin/light as a single script for pages without a bundler, and
// prints its hash.

const path = 'core/dist/light.min.js'
const { version, license } = JSON.parse(readFileSync(join(root, 'core/package.json'), 'utf8')) as {
  version: string
  license: string
}
const entry = join(root, 'core/dist/light/index.js')
const { code, integrity } = await bundleIntoSingleFile(entry, 'hubtwin', `/*! hubtwin ${version} | ${license} */`)
writeFileSync(join(root, path), code)
console.log(`${path}  ${(code.byteLength / 1000).toFixed(1)} kB  ${integrity}`)
