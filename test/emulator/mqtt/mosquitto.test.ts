import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { hear } from '../../support/hub-events.ts'
import { later } from '../../support/cleanup.ts'
import { connectOptions } from '../../support/device.ts'
import { hubTest } from '../../support/hub-test.ts'

const test = hubTest()

/** The command-line clients of Eclipse Mosquitto, if installed. Many devices use libmosquitto. */
const isInstalled = ['mosquitto_pub', 'mosquitto_sub'].every((name) => spawnSync(name, ['--help']).error === undefined)

async function mosquitto(
  hub: Hub,
  deviceId: string,
  program: 'mosquitto_pub' | 'mosquitto_sub',
  ...rest: string[]
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-mosquitto-'))
  later(() => rm(folder, { recursive: true }))
  const ca = join(folder, 'ca.pem')
  await writeFile(ca, hub.certificateAuthority)
  const { clientId = '', username = '', password } = connectOptions(hub, { deviceId })
  const device = ['-i', clientId, '-u', username, '-P', String(password), '-V', 'mqttv311']
  const address = ['-h', 'localhost', '-p', String(hub.mqttPort), '--cafile', ca]
  const { stdout } = await promisify(execFile)(program, [...address, ...device, ...rest], { timeout: 8000 })
  return stdout
}

describe('a mosquitto client', () => {
  beforeEach(({ skip }) => {
    skip(!isInstalled, 'no mosquitto_pub here; install it, for example with: sudo apt-get install mosquitto-clients')
  })

  test('publishes telemetry with QoS 1', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    await mosquitto(
      hub,
      deviceId,
      'mosquitto_pub',
      '-t',
      `devices/${deviceId}/messages/events/a=b`,
      '-m',
      'hello',
      '-q',
      '1',
    )
    const { body, properties } = await heard.next('telemetry')
    expect([Buffer.from(body).toString(), properties]).toEqual(['hello', { a: 'b' }])
  })

  test('receives a message once for two overlapping filters', async ({ hub, deviceId }) => {
    const own = `devices/${deviceId}/messages/devicebound/#`
    // A persistent session: messages wait for the client.
    for (const body of ['one', 'two']) await hub.sendToDevice(deviceId, { body })
    const received = await mosquitto(hub, deviceId, 'mosquitto_sub', '-t', '#', '-t', own, '-q', '1', '-c', '-C', '2')
    expect(received).toBe('one\ntwo\n')
  })
})
