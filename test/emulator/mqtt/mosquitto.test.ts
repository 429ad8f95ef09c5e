import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { hear } from '../../support/hub-events.ts'
import { later } from '../../support/cleanup.ts'
import { connectOptions } from '../../support/device.ts'
import { start } from '../../support/hub.ts'

/** The command-line clients of Eclipse Mosquitto, if installed. Many devices use libmosquitto. */
const isInstalled = ['mosquitto_pub', 'mosquitto_sub'].every((name) => spawnSync(name, ['--help']).error === undefined)

async function mosquitto(hub: Hub, program: 'mosquitto_pub' | 'mosquitto_sub', ...rest: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-mosquitto-'))
  later(() => rm(folder, { recursive: true }))
  const ca = join(folder, 'ca.pem')
  await writeFile(ca, hub.certificateAuthority)
  const { clientId = '', username = '', password } = connectOptions(hub)
  const device = ['-i', clientId, '-u', username, '-P', String(password), '-V', 'mqttv311']
  const address = ['-h', 'localhost', '-p', String(hub.mqttPort), '--cafile', ca]
  const { stdout } = await promisify(execFile)(program, [...address, ...device, ...rest], { timeout: 8000 })
  return stdout
}

describe('a mosquitto client', () => {
  beforeEach((context) => {
    context.skip(
      !isInstalled,
      'no mosquitto_pub here; install it, for example with: sudo apt-get install mosquitto-clients',
    )
  })

  test('publishes telemetry with QoS 1', async () => {
    const hub = await start()
    const heard = hear(hub)
    await mosquitto(hub, 'mosquitto_pub', '-t', 'devices/device1/messages/events/a=b', '-m', 'hello', '-q', '1')
    const { body, properties } = await heard.next('telemetry')
    expect([Buffer.from(body).toString(), properties]).toEqual(['hello', { a: 'b' }])
  })

  test('receives a message once for two overlapping filters', async () => {
    const hub = await start()
    const own = 'devices/device1/messages/devicebound/#'
    // A persistent session: messages wait for the client.
    for (const body of ['one', 'two']) await hub.sendToDevice('device1', { body })
    const received = await mosquitto(hub, 'mosquitto_sub', '-t', '#', '-t', own, '-q', '1', '-c', '-C', '2')
    expect(received).toBe('one\ntwo\n')
  })
})
