import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { linkDependencies, packAndUnpack } from '../../tools/packaging/pack.ts'
import { run } from '../../tools/process.ts'

it('The published hubtwin has few files for Node, which all entries share', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'hubtwin-node-chunks-'))
  try {
    const unpacked = await packAndUnpack('core', scratch)
    linkDependencies(unpacked)
    const manifest = JSON.parse(readFileSync(join(unpacked.folder, 'package.json'), 'utf8')) as {
      exports: Record<string, object>
    }
    expect(manifest.exports['./light']).toEqual({
      types: './dist/light/index.d.ts',
      node: './dist/node/light/index.js',
      default: './dist/light/index.js',
    })
    const files = unpacked.files.filter((file) => /^dist\/node\/.+\.js$/.test(file))
    expect(files.length).toBeLessThan(Object.keys(manifest.exports).length * 3)

    const imported = [join(unpacked.folder, 'dist/node/light/index.js')]
    for (const file of imported) {
      const names = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) .*from "(\..+)"/gm)]
      imported.push(...names.map(([, name = '']) => join(file, '..', name)).filter((each) => !imported.includes(each)))
    }
    expect(imported).toHaveLength(2)

    const program = `
      const [mqtt, light] = await Promise.all(['hubtwin', 'hubtwin/light'].map((name) => import(name)))
      console.log(mqtt.TwinError === light.TwinError, import.meta.resolve('hubtwin/light').endsWith('/dist/node/light/index.js'))`
    const args = ['--input-type=module', '--eval', program]
    const result = await run(process.execPath, args, { cwd: unpacked.consumer, deadlineInMs: 30_000, quiet: true })
    expect(result).toMatchObject({ code: 0, output: 'true true\n' })
  } finally {
    rmSync(scratch, { recursive: true })
  }
})
