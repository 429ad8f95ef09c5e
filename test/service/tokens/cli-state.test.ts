import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { folderStore } from '../../../service/src/runtime/folder/folder-store.ts'
import { openEnrollment } from '../../../service/src/tokens/index.ts'
import { enroll, folder, hub, run, serve, state, useHubAndState } from './cli-service.ts'

useHubAndState()

describe('code and revoke', () => {
  it('code names a device that the hub does not have, and creates it with --create', async () => {
    const missing = await run('code', 'kiosk-8')
    expect(missing).toMatchObject({ code: 1, stdout: '' })
    expect(missing.stderr).toMatch(/^There is no device kiosk-8 at .+; --create creates it\n$/)
    const made = await run('code', 'kiosk-8', '--create', '--minutes', '5')
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\n$/)
    expect(hub.twin('kiosk-8')).toMatchObject({ deviceId: 'kiosk-8' })
    for (const name of await readdir(state, { recursive: true }))
      expect((await stat(join(state, name))).mode & 0o077).toBe(0)
  })

  it('revoke with --disable also locks a device out of the hub', async () => {
    await openEnrollment(folderStore(state)).keySet()
    await run('code', 'kiosk-7')
    const { code, stdout } = await run('revoke', 'kiosk-7', '--disable')
    expect(code).toBe(0)
    expect(stdout).toMatch(/kiosk-7 is disabled at \S+\n$/)
    expect(hub.twin('kiosk-7')).toMatchObject({ status: 'disabled' })
    expect((await run('code', 'kiosk-7')).stderr).toContain('kiosk-7 is disabled at the hub, so the hub refuses it\n')
  })

  it('revoke with --disable and --devices disables the device of a subject', async () => {
    await openEnrollment(folderStore(state)).keySet()
    const devices = join(folder, 'devices.json')
    await writeFile(devices, JSON.stringify({ 'alice@example.com': 'kiosk-7' }))
    await folderStore(state).enrollments.remember(['alice@example.com', 'auth0|5f7c'], Date.now())
    const alone = await run('revoke', 'alice@example.com', '--disable')
    expect(alone).toMatchObject({ code: 1, stdout: expect.stringContaining('gets no more passwords') as string })
    expect(alone.stderr).toMatch(/^alice@example\.com is revoked, but no device is disabled: .+ .+\n$/)
    const mapped = await run('revoke', 'alice@example.com', '--disable', '--devices', devices)
    expect(mapped).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\nkiosk-7 is disabled at \S+\n$/) as string,
    })
    expect(hub.twin('kiosk-7')).toMatchObject({ status: 'disabled' })
    const foreign = await run('revoke', 'auth0|5f7c', '--disable')
    expect(foreign.stderr).toContain('auth0|5f7c is revoked, but no device is disabled')
  })

  it('revoke refuses a name that never enrolled, and revokes it with --force', async () => {
    const served = await serve()
    const token = await enroll(served, served.code)
    const wrong = await run('revoke', 'kiosk-8')
    expect(wrong).toMatchObject({ code: 1, stdout: '' })
    expect(wrong.stderr).toBe(
      `No such device ever enrolled: ${state} knows no device, subject, or enrollment kiosk-8. Nothing is revoked; --force revokes the name anyway\n`,
    )
    expect(await run('revoke', 'kiosk-8', '--force')).toMatchObject({ code: 0, stderr: '' })
    expect((await served.post('/api/token', { token }))[0]).toBe(200)
    expect(await run('revoke', decodeJwt(token).jti ?? '')).toMatchObject({ code: 0, stderr: '' })
    expect(await served.post('/api/token', { token })).toMatchObject([403, { code: 'ERR_REVOKED' }])
    await served.stop()
  })

  it('revoke knows a device that enrolled with an older version, after its next password', async () => {
    const served = await serve()
    const token = await enroll(served, served.code)
    await rm(join(state, 'devices.jsonl'))
    await rm(join(state, 'sessions'), { recursive: true })
    expect((await run('revoke', 'kiosk-7')).code).toBe(1)
    expect((await served.post('/api/token', { token }))[0]).toBe(200)
    expect((await run('revoke', 'kiosk-7')).code).toBe(0)
    await served.stop()
  })

  it.each([['revoke', 'kiosk-7'], ['rotate-keys'], ['rotate-keys', '--drop-old']])(
    '%s %s fails in a folder without a service state, and creates nothing',
    async (...args) => {
      const { code, stdout, stderr } = await run(...args)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain(`No token service has its state in ${state}`)
      await expect(stat(state)).rejects.toThrow('ENOENT')
    },
  )

  it('code warns about a folder without a service state', async () => {
    const made = await run('code', 'kiosk-7')
    expect(made).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('No token service has its state in') as string,
    })
  })

  it.each(['', '#kiosk', 'kiosk 7', 'kiosk\u202e7', 'kiosk\u001b[2J'])('revoke refuses %j', async (name) => {
    const { code, stderr } = await run('revoke', name)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^".*" cannot be revoked; expected a device ID, a subject, or a token ID, [ -~]+\n$/)
  })
})

describe('the state', () => {
  it('the state may hold files in codes/ that hold no code: serve names them and continues', async () => {
    await mkdir(join(state, 'codes', 'backup'), { recursive: true })
    await writeFile(join(state, 'codes', 'empty.json'), '')
    await writeFile(join(state, 'codes', 'null.json'), 'null')
    await writeFile(join(state, 'codes', 'half.json'), '{"deviceId":"kiosk-7"')
    const served = await serve()
    for (const name of ['empty.json', 'null.json', 'half.json', 'backup'])
      expect(served.program.warned()).toContain(`Skipping ${state}/codes/${name}, which holds no code\n`)
    await enroll(served, served.code)
    expect((await served.stop()).code).toBe(0)
  })

  it.each(['', '[]', '{"keys":'])(
    'the state with %j as its signing keys is an error, and serve does not replace it',
    async (text) => {
      const file = join(state, 'signing-keys.json')
      await mkdir(state)
      await writeFile(file, text)
      const { code, stderr } = await run('serve', '--port', '0')
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: 'signing-keys.json holds no signing keys; restore it, or delete it and enroll each device again\n',
      })
      expect(await readFile(file, 'utf8')).toBe(text)
    },
  )

  it('the state with an unclear line in revoked.txt revokes, and serve reports the line', async () => {
    const served = await serve()
    const token = await enroll(served, served.code)
    await writeFile(join(state, 'revoked.txt'), 'kiosk-7 broken screen\n')
    expect(await served.post('/api/token', { token })).toMatchObject([403, { code: 'ERR_REVOKED' }])
    expect((await served.stop()).stderr).toContain(
      `${state}/revoked.txt, line 1: "broken screen" is not a time such as 2026-11-28T09:30:00Z, so kiosk-7 stays revoked until the line is removed\n`,
    )
  })
})
