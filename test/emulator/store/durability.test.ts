import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Hub, startHub } from '../../../emulator/src/index.ts'
import { runCli, spawnCli } from '../../support/cli-process.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
  later(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The state of a running hub that a client can see. */
async function restarted(folder: string, deviceIds: readonly string[]): Promise<Hub> {
  return start({ dataFolder: folder, devices: deviceIds })
}

describe('startHub() with a data folder', () => {
  test('keeps everything after a restart', async () => {
    const folder = await dataFolder()
    const first = await startHub({ dataFolder: folder, devices: ['a'] })
    later(() => first.close())
    await first.createModule('a', 'm')
    await first.updateTwin('a', { tags: { t: 1 }, properties: { desired: { d: [1, 2], __proto: null } } })
    await first.updateTwin('a', { properties: { desired: { d: 'm' } } }, { moduleId: 'm' })
    const device = await connectSubscribed(first, { deviceId: 'a', mqtt: { clean: false } })
    await device.report(`{"__proto__":{"r":1}}`)
    await device.client.endAsync()
    const before = { twin: first.twin('a'), module: first.twin('a', 'm'), ca: first.certificateAuthority }
    const strings = [undefined, 'm'].map((moduleId) =>
      first.connectionStrings.device('a', moduleId === undefined ? {} : { moduleId }).replace(/:\d+/, ''),
    )
    await first.close()

    const second = await restarted(folder, ['a'])
    const unchanging = { lastActivityTime: null, connectionState: null }
    expect({ ...second.twin('a'), ...unchanging }).toEqual({ ...before.twin, ...unchanging })
    expect(JSON.stringify(second.twin('a')['properties'])).toContain('"__proto__":{"r":1}')
    expect(second.twin('a', 'm')).toEqual(before.module)
    expect(second.certificateAuthority).toBe(before.ca)
    expect(second.connectionStrings.device('a').replace(/:\d+/, '')).toBe(strings[0])
    expect(second.connectionStrings.device('a', { moduleId: 'm' }).replace(/:\d+/, '')).toBe(strings[1])
    const again = await connect(second, { deviceId: 'a', mqtt: { clean: false } })
    expect(again.sessionPresent).toBe(true)
    expect((await again.get()).topic).toContain('res/200')
  })

  test('makes its keys readable only by their owner', async () => {
    const folder = await dataFolder()
    const hub = await start({ dataFolder: folder })
    const modes = ['certificates/ca-key.pem', 'certificates/server-key.pem', 'certificates', 'store']
    for (const name of modes) expect((await stat(join(folder, name))).mode & 0o077).toBe(0)
    expect(await readFile(hub.certificateAuthorityFile ?? '', 'utf8')).toBe(hub.certificateAuthority)
  })

  test('refuses a folder that another hub uses', async () => {
    const folder = await dataFolder()
    await start({ dataFolder: folder })
    await expect(startHub({ dataFolder: folder })).rejects.toThrow(`The data folder ${folder} is in use by another hub`)
  })

  test('reports in one line that another process uses the folder, and does not disturb that process', async () => {
    const folder = await dataFolder()
    const first = await spawnCli(['--data-folder', folder])
    const second = runCli(['-s', '0', '-p', '0', '-m', '0', '--data-folder', folder])
    expect(await second.exit).toBe(1)
    expect(second.output()).toBe(`The data folder ${folder} is in use by another hub\n`)
    expect(await first.hub.updateTwin('device1', { tags: { x: 1 } })).toBe(true)
  })
})
