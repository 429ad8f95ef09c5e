import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { describe, expect, test } from 'vitest'
import { startHub } from '../../../emulator/src/index.ts'
import { crc32c } from '../../../emulator/src/store/crc32c.ts'
import { findDamage } from '../../../emulator/src/store/find-damage.ts'
import { later } from '../../support/cleanup.ts'
import { start } from '../../support/hub.ts'

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
  later(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** @returns the path of the file in a folder with an ending */
async function fileIn(folder: string, ending: string): Promise<string> {
  const name = (await readdir(folder)).find((each) => each.endsWith(ending))
  return join(folder, name ?? `no file ${ending}`)
}

/** A data folder with a log of changes of device1, whose desired version counts them. */
async function usedFolder(): Promise<string> {
  const dataFolder = await newFolder()
  const hub = await startHub({ dataFolder })
  for (let count = 1; count <= 9; count++) await hub.updateTwin('device1', { properties: { desired: { count } } })
  await hub.close()
  return dataFolder
}

async function overwrite(file: string, at: number): Promise<void> {
  const bytes = await readFile(file)
  bytes.fill('damage', at, at + 20)
  await writeFile(file, bytes)
}

describe('startHub() with a damaged data folder', () => {
  test('rejects a log with wrong bytes, changes nothing, and starts after the advice', async () => {
    const dataFolder = await usedFolder()
    const log = await fileIn(join(dataFolder, 'store'), '.log')
    await overwrite(log, Math.floor((await readFile(log)).length / 2))
    const damaged = await readFile(log)
    const error: Error = await startHub({ dataFolder }).then(
      () => new Error('started'),
      (reason) => reason,
    )
    const [, at] = /^The data folder .* is damaged: .*\.log has wrong bytes in the record at byte (\d+)\. /.exec(
      error.message,
    ) ?? [error.message]
    expect(error.message).toContain(`cut the file to its first ${at} bytes. Otherwise: delete the folder, start`)
    expect(await readFile(log)).toEqual(damaged)
    await truncate(log, Number(at))
    const { version } = (await start({ dataFolder })).twin('device1')
    expect(version).toBeGreaterThan(2)
    expect(version).toBeLessThan(11)
  })

  test('starts with a log whose last record ends early, as after a kill', async () => {
    const dataFolder = await usedFolder()
    const log = await fileIn(join(dataFolder, 'store'), '.log')
    await truncate(log, (await readFile(log)).length - 5)
    expect((await start({ dataFolder })).twin('device1')).toMatchObject({ version: 10 })
  })

  test('names the folder and advice for a table with wrong bytes', async () => {
    const dataFolder = await usedFolder()
    // The second start turns the log into a table.
    await (await startHub({ dataFolder })).close()
    await writeFile(await fileIn(join(dataFolder, 'store'), '.ldb'), 'damage '.repeat(30))
    await expect(startHub({ dataFolder })).rejects.toThrow(
      /^The data folder .* cannot be read: .*\. If its files are damaged: delete the folder, start the hub, and restore a snapshot/,
    )
  })

  test.each(['ca.pem', 'ca-key.pem', 'server.pem', 'server-dns-key.pem'])(
    'names the certificate file %s, and makes new certificates after the advice',
    async (name) => {
      const dataFolder = await newFolder()
      const first = await startHub({ dataFolder })
      await first.close()
      const folder = join(dataFolder, 'certificates')
      await writeFile(join(folder, name), 'damage')
      await expect(startHub({ dataFolder })).rejects.toThrow(
        `${join(folder, name)} is damaged; expected ${name.includes('key') ? 'a private key' : 'a certificate'} in PEM. Delete the folder ${folder}; `,
      )
      await rm(folder, { recursive: true })
      expect((await start({ dataFolder })).certificateAuthority).not.toBe(first.certificateAuthority)
    },
  )
})

describe('findDamage()', () => {
  test('of a log with records in several blocks finds each wrong byte before the last record', async () => {
    const folder = await newFolder()
    const level = new ClassicLevel<string, unknown>(folder, { valueEncoding: 'json' })
    for (const size of [10, 40_000, 1, 25_530, 3000]) await level.put(`of ${size}`, 'x'.repeat(size))
    const beforeLast = (await readFile(await fileIn(folder, '.log'))).length
    await level.put('last', 'x')
    await level.close()
    const log = await readFile(await fileIn(folder, '.log'))
    expect(findDamage(log)).toBeUndefined()
    for (let at = 0; at < beforeLast; at = at < 100 || beforeLast - at < 100 ? at + 1 : at + 641) {
      const damaged = Uint8Array.from(log)
      damaged[at] = 0x55 ^ (log[at] ?? 0)
      const found = findDamage(damaged)
      expect([at, found === undefined ? 'none' : found <= at]).toEqual([at, true])
    }
  })

  test('of a log that ends early, or in zeros, finds nothing', async () => {
    const log = await readFile(await fileIn(join(await usedFolder(), 'store'), '.log'))
    for (let length = 0; length <= log.length; length += 37) {
      const short = log.subarray(0, length)
      expect(findDamage(short)).toBeUndefined()
      expect(findDamage(Buffer.concat([short, Buffer.alloc(100)]))).toBeUndefined()
    }
  })

  test('has the checksum of RFC 3720 §B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  })
})
