import { runInNewContext } from 'node:vm'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundleIntoSingleFile, integrityOf } from '../../tools/packaging/single-file.ts'
import { ROOT } from '../../tools/root.ts'

test('integrityOf() gives the value of the attribute `integrity`', () => {
  // The SHA-384 of an empty file.
  expect(integrityOf(new Uint8Array())).toBe('sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb')
})

test('bundleIntoSingleFile() makes a script that sets the global and needs no module', async () => {
  const entry = join(ROOT, 'core/dist/plug-and-play/index.js')
  const { code, integrity } = await bundleIntoSingleFile(entry, 'pnp', '/*! a banner */')
  const text = new TextDecoder().decode(code)
  expect(text.startsWith('/*! a banner */')).toBe(true)
  expect(integrity).toBe(integrityOf(code))
  const name: unknown = runInNewContext(`${text}; pnp.joinCommandName({ component: 'a', name: 'b' })`)
  expect(name).toBe('a*b')
})
