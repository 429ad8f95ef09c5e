import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fileStorage } from '../../core/src/runtime/file-storage.ts'
import { webStorage } from '../../core/src/runtime/web-storage.ts'

const KEY = 'hubtwin/contoso.azure-devices.net/a:b*c?d/reported'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

describe('fileStorage()', () => {
  test('keeps a text until it is removed, readable only by its owner', async () => {
    const folder = join(await temporaryFolder(), 'state')
    const storage = fileStorage(folder)
    expect(await storage.get(KEY)).toBeUndefined()
    await storage.set(KEY, '[{"a":1}]')
    await storage.set(KEY, '[{"a":2}]')
    expect(await fileStorage(folder).get(KEY)).toBe('[{"a":2}]')
    const [file = '', ...others] = await readdir(folder)
    expect(others).toEqual([])
    expect((await stat(join(folder, file))).mode & 0o077).toBe(0)
    await storage.remove(KEY)
    await storage.remove(KEY)
    expect(await readdir(folder)).toEqual([])
  })

  test('ignores a file that a killed process had half written', async () => {
    const folder = await temporaryFolder()
    const storage = fileStorage(folder)
    await storage.set(KEY, '[{"a":1}]')
    const [file = ''] = await readdir(folder)
    await writeFile(join(folder, `${file}.new`), '[{"a":')
    expect(await storage.get(KEY)).toBe('[{"a":1}]')
    await storage.set(KEY, '[{"a":2}]')
    expect(await storage.get(KEY)).toBe('[{"a":2}]')
  })

  test('rejects when it cannot write', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'state'), 'a file is in the way')
    await expect(Promise.resolve(fileStorage(join(folder, 'state')).set(KEY, '[]'))).rejects.toThrow(
      /^The folder .*state cannot be created or written: .*(EEXIST|ENOTDIR)/,
    )
  })

  test('creates missing parents, and several storages may do so at the same time', async () => {
    const folder = join(await temporaryFolder(), 'a', 'b', 'c')
    await Promise.all(['x', 'y', 'z'].map(async (key) => fileStorage(folder).set(key, '[]')))
    expect((await readdir(folder)).sort()).toEqual(['x.json', 'y.json', 'z.json'])
    expect((await stat(join(folder, '..'))).mode & 0o077).toBe(0)
  })

  test.runIf(process.platform === 'linux')('rejects below a folder that allows no folders', async () => {
    await expect(Promise.resolve(fileStorage('/proc/hubtwin/state').set(KEY, '[]'))).rejects.toThrow(
      /^The folder \/proc\/hubtwin\/state cannot be created or written: .*ENOENT/,
    )
  })

  test.each([
    [undefined, 'of type undefined'],
    ['', 'an empty string'],
    [7, 'of type number'],
  ])('refuses %j as a folder', (folder, given) => {
    expect(() => fileStorage(folder as string)).toThrow(
      new TypeError(`folder is ${given}; expected the path of a folder, such as './state'`),
    )
  })
})

describe('webStorage()', () => {
  test('uses the storage of a page', async () => {
    const texts = new Map<string, string>()
    const storage = webStorage({
      getItem: (name: string) => texts.get(name) ?? null,
      setItem: (name: string, value: string) => void texts.set(name, value),
      removeItem: (name: string) => void texts.delete(name),
    } as Storage)
    await storage.set(KEY, '[1]')
    expect(await storage.get(KEY)).toBe('[1]')
    await storage.remove(KEY)
    expect(await storage.get(KEY)).toBeNull()
  })

  test('lets the twin observe a localStorage that throws', () => {
    const denied = new DOMException('Access is denied', 'SecurityError')
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get() {
        throw denied
      },
    })
    onTestFinished(() => void Reflect.deleteProperty(globalThis, 'localStorage'))
    const storage = webStorage()
    for (const call of [() => storage.get(KEY), () => storage.set(KEY, ''), () => storage.remove(KEY)]) {
      expect(call).toThrow(denied)
    }
  })

  test('throws in Node, which has no localStorage', () => {
    expect(() => webStorage()).toThrow(/no localStorage/)
  })
})
