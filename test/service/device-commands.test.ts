import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hub, startHub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { callMethod, openHubHttp, sendMessage } from '../../service/src/index.ts'
import { runCleanups } from '../support/cleanup.ts'
import { type Device, connect } from '../support/device.ts'
import { type Ended, type Program, runProgram, startProgram } from '../demo/program.ts'

let hub: Hub
beforeAll(async () => {
  hub = await startHub()
})
afterAll(async () => {
  await runCleanups()
  await hub.close()
})

const environment = (): Record<string, string> => ({
  IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }),
})

function runService(...args: readonly string[]): Promise<Ended> {
  return runProgram('service/dist/cli.js', args, environment())
}

async function deviceFor(deviceId: string, filter: string, moduleId?: string): Promise<Device> {
  await hub.createDevice(deviceId)
  if (moduleId !== undefined) await hub.createModule(deviceId, moduleId)
  const device = await connect(hub, { deviceId, ...(moduleId !== undefined && { moduleId }) })
  await device.client.subscribeAsync(filter, { qos: 1 })
  return device
}

/** Answers every method call. @returns the payloads */
async function answering(deviceId: string, status: number, body: string, moduleId?: string): Promise<string[]> {
  const { client } = await deviceFor(deviceId, '$iothub/methods/POST/#', moduleId)
  const payloads: string[] = []
  client.on('message', (topic, payload) => {
    payloads.push(`${topic.split('/')[3] ?? ''} ${payload.toString()}`)
    client.publish(`$iothub/methods/res/${status}/?$rid=${topic.split('$rid=')[1] ?? ''}`, body)
  })
  return payloads
}

describe('call-method', () => {
  it('call-method prints the status and the payload of the response, and exits with 0', async () => {
    const payloads = await answering('answers', 207, '{"done":true}')
    expect(await runService('call-method', 'answers', 'reboot', '{"delay":3}')).toEqual({
      code: 0,
      stdout: '{"status":207,"payload":{"done":true}}\n',
      stderr: '',
    })
    expect(payloads).toEqual(['reboot {"delay":3}'])
  })

  it('call-method exits with 3 for another status, and sends null without a payload', async () => {
    const payloads = await answering('refuses', 404, '"unknown"')
    expect(await runService('call-method', 'refuses', 'thermostat1*reset')).toEqual({
      code: 3,
      stdout: '{"status":404,"payload":"unknown"}\n',
      stderr: '',
    })
    expect(payloads).toEqual(['thermostat1*reset null'])
  })

  it('call-method calls a module, with any JSON from a file or standard input', async () => {
    const payloads = await answering('parts', 200, '', 'pump')
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'payload.json')
    await writeFile(file, '[1,\n 2]\n')
    const args = ['call-method', 'parts', 'stop', '--module', 'pump', '--file']
    expect(await runService(...args, file)).toEqual({ code: 0, stdout: '{"status":200,"payload":null}\n', stderr: '' })
    const shell = ['-c', `echo '"now"' | "$0" service/dist/cli.js ${args.join(' ')} -`]
    expect((await runProgram(process.execPath, [], environment(), ['sh', ...shell])).code).toBe(0)
    expect(payloads).toEqual(['stop [1,2]', 'stop "now"'])
  })

  it('call-method exits with 4 and says so if the device is not connected', async () => {
    await hub.createDevice('offline')
    expect(await runService('call-method', 'offline', 'reboot')).toEqual({
      code: 4,
      stdout: '',
      stderr:
        'Error during call (ERR_NOT_CONNECTED): offline is not connected or handles no methods; ' +
        '--connect-timeout waits for it\n',
    })
  })

  it('call-method exits with 5 if the device does not respond in time, and calls it once', async () => {
    const device = await deviceFor('silent', '$iothub/methods/POST/#')
    expect(await runService('call-method', 'silent', 'reboot', '--timeout', '5')).toEqual({
      code: 5,
      stdout: '',
      stderr:
        'Error during call (ERR_NO_RESPONSE): silent did not respond to reboot within 5 s; it may still carry it out\n',
    })
    expect(device.messages).toHaveLength(1)
  })

  it.each([
    ['a response that is not JSON', ['garbled', 'reboot'], /^Error during call \(ERR_BAD_RESPONSE\): garbled /],
    ['an unknown device', ['nobody', 'reboot'], /^Error during call \(ERR_NOT_FOUND\): /],
    [
      'a name that no method can have',
      ['garbled', 'a/b'],
      /^Error during call \(ERR_BAD_REQUEST\): localhost:\d+ answered 400 \(ArgumentInvalid\), bad request: methodName must have [^{}]*\n$/,
    ],
  ])('call-method exits with 1 for %s', async (_what, args, message) => {
    if (args[0] === 'garbled' && args[1] === 'reboot') await answering('garbled', 200, 'no JSON')
    const { code, stdout, stderr } = await runService('call-method', ...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it.each([
    [
      'a payload that is not JSON',
      ['garbled', 'reboot', '{delay:3}'],
      /^Payload: .+ at line 1, column 2 .+--file needs no quoting\n$/,
    ],
    ['a device ID that cannot be', ['..', 'reboot'], /^<device> is '\.\.'\. Expected 1 to 128 letters/],
  ])('call-method exits with 2 for %s', async (_what, args, message) => {
    const { code, stdout, stderr } = await runService('call-method', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })
})

describe('send-message', () => {
  it('send-message sends a text with all properties over HTTP, and prints its ID', async () => {
    const device = await deviceFor('display', 'devices/display/messages/devicebound/#')
    const options = ['-p', 'room=1=2', '-p', 'note=a b', '--correlation-id', 'c', '--content-type', 'text/plain']
    const sent = await runService('send-message', 'display', 'Hello', '--message-id', 'm', ...options)
    expect(sent).toEqual({ code: 0, stdout: '{"deviceId":"display","messageId":"m"}\n', stderr: '' })
    const { topic, body } = await device.next()
    expect(body).toBe('Hello')
    expect(decodeURIComponent(topic)).toBe(
      'devices/display/messages/devicebound/$.mid=m&$.to=/devices/display/messages/deviceBound&$.cid=c&$.ct=text/plain&room=1=2&note=a b',
    )
  })

  it('send-message marks JSON as JSON, sends a file as it is, and sets the expiry', async () => {
    const device = await deviceFor('files', 'devices/files/messages/devicebound/#')
    await runService('send-message', 'files', '{"on":true}', '--expires', '2030-01-01T00:00:00Z')
    const { topic, body } = await device.next()
    expect(body).toBe('{"on":true}')
    expect(decodeURIComponent(topic)).toContain('$.ct=application/json&$.ce=utf-8&$.exp=2030-01-01T00:00:00.000Z')
    const shell = ['-c', `printf 'x\\n' | "$0" service/dist/cli.js send-message files --file - --expires 10m`]
    await runProgram(process.execPath, [], environment(), ['sh', ...shell])
    const second = await device.next()
    expect(second.body).toBe('x\n')
    expect(second.topic).not.toContain('%24.ct')
  })

  it('send-message with --ack waits for the feedback, and leaves other feedback at the hub', async () => {
    await deviceFor('acknowledges', 'devices/acknowledges/messages/devicebound/#')
    await hub.createDevice('purged')
    await hub.sendToDevice('purged', { messageId: 'other', ack: 'full' })
    await hub.sendToDevice('acknowledges', { messageId: 'another', ack: 'full' })
    const { code, stdout } = await runService('send-message', 'acknowledges', 'x', '--ack', 'full', '--message-id', 'm')
    const lines = stdout.trimEnd().split('\n')
    expect(code).toBe(0)
    expect(lines[0]).toBe('{"deviceId":"acknowledges","messageId":"m"}')
    expect(JSON.parse(lines[1] ?? '')).toEqual({ messageId: 'm', feedback: 'Success', at: expect.any(String) })
  })

  it('send-message exits with 4 if no feedback arrives in time', async () => {
    await hub.createDevice('away')
    const { code, stderr } = await runService('send-message', 'away', 'x', '--ack', 'positive', '--wait', '1')
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: 'No feedback within 1 s (--wait); the message may still be delivered\n',
    })
  })

  it.each([
    ['no message', ['away'], 'Message: expected either a text such as "Hello" or \'{"on":true}\', or --file\n'],
    ['a property without a value', ['away', 'x', '-p', 'room'], 'Expected name=value, such as room=1.'],
    ['a property name that no header can hold', ['away', 'x', '-p', 'a b=1'], 'Property name "a b" has a character'],
    ['a value that is not ASCII', ['away', 'x', '-p', 'a=é'], 'iothub-app-a is "é"; expected printable ASCII'],
  ])('send-message exits with 2 for %s', async (_what, args, message) => {
    const { code, stdout, stderr } = await runService('send-message', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})

describe('the library', () => {
  it('the library calls a method and sends a message over TLS, and rejects an untrusted hub', async () => {
    const trusting = { certificateAuthority: hub.certificateAuthority }
    const connectionString = hub.connectionStrings.service()
    await answering('secure', 200, '1')
    const call = { deviceId: 'secure', methodName: 'reboot' }
    expect(await callMethod(connectionString, call, trusting)).toEqual({ status: 200, payload: 1 })
    const messageId = await sendMessage(openHubHttp(connectionString, trusting), 'secure', { body: 'x' })
    expect(messageId).toMatch(/^[0-9a-f-]{36}$/)
    expect(hub.twin('secure')['cloudToDeviceMessageCount']).toBe(1)
    const refused = sendMessage(openHubHttp(connectionString), 'secure', { body: 'x' })
    await expect(refused).rejects.toMatchObject({ code: 'ERR_CERTIFICATE' })
  })
})

describe('watch', () => {
  function startWatch(...args: readonly string[]): Program {
    return startProgram('service/dist/cli.js', ['watch', ...args], environment())
  }

  /**
   * Repeats an action until the program prints a text: the program chooses when it connects.
   */
  async function until(program: Program, text: string, act: () => Promise<unknown>): Promise<void> {
    for (;;) {
      await act()
      const isOver = await Promise.race([
        program.prints(text).then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500)),
      ])
      if (isOver) return
    }
  }

  it('watch prints a line for telemetry, methods, messages, and twins, and ends at Ctrl+C', async () => {
    await answering('watched', 200, '{"done":true}')
    const { client } = await deviceFor('reporter', 'devices/reporter/messages/devicebound/#')
    const program = startWatch()
    await until(program, 'telemetry {"t":21} alert=false message-id=1', () =>
      client.publishAsync('devices/reporter/messages/events/alert=false&%24.mid=1', '{"t":21}', { qos: 1 }),
    )
    await hub.invokeMethod('watched', { methodName: 'reboot', payload: { delay: 3 } })
    await program.prints('watched  ↓  method reboot {"delay":3}')
    await program.prints('watched  ↑  method reboot → 200 {"done":true}')
    await hub.invokeMethod('reporter', { methodName: 'reboot' }).catch(() => undefined)
    await program.prints('reporter  ·  method reboot failed: the device is not connected')
    await hub.sendToDevice('reporter', { body: 'hello', messageId: 'm', ack: 'full' })
    await program.prints('reporter  ↓  message 1 queued hello message-id=m iothub-ack=full')
    await program.prints('reporter  ↓  message 1 completed hello')
    await hub.updateTwin('reporter', { properties: { desired: { a: 1 } } })
    await program.prints('reporter  ↓  twin v2 {"desired":{"a":1}}')
    program.stop('SIGINT')
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('watch prints JSON of a device and of a type only', async () => {
    const first = await deviceFor('first', 'devices/first/messages/devicebound/#')
    const second = await deviceFor('second', 'devices/second/messages/devicebound/#')
    const program = startWatch('--json', '--device', 'first', '--type', 'telemetry')
    await until(program, '"body":"2"', async () => {
      await second.client.publishAsync('devices/second/messages/events/', '1', { qos: 1 })
      await hub.updateTwin('first', { tags: { a: 1 } })
      await first.client.publishAsync('devices/first/messages/events/a=b', '2', { qos: 1 })
    })
    program.stop('SIGTERM')
    const { code, stdout } = await program.ended
    expect(code).toBe(0)
    for (const line of stdout.trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({
        type: 'telemetry',
        deviceId: 'first',
        body: '2',
        properties: { a: 'b' },
      })
    }
  })

  it('watch waits for a hub that stops, and continues', async () => {
    const first = await startHub()
    const port = first.plainPort
    const program = startProgram('service/dist/cli.js', ['watch'], {
      IOTHUB_CONNECTION_STRING: first.connectionStrings.service({ plain: true }),
    })
    await until(program, 'twin', () => first.updateTwin('device1', { tags: { a: Math.random() } }))
    await first.close()
    await program.warns(`The hub at localhost:${port} is not available; waiting for it\n`)
    const second = await startHub({ plainPort: port })
    onTestFinished(() => second.close())
    await program.warns(`The hub at localhost:${port} is available again\n`)
    await until(program, '{"b":1}', () => second.updateTwin('device1', { properties: { desired: { b: 1 } } }))
    program.stop('SIGINT')
    expect((await program.ended).code).toBe(0)
  })

  it('watch says that it needs a local hub', async () => {
    const server = createServer((_, response) => response.writeHead(404).end('{"Message":"ErrorCode:NotFound"}'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const { code, stderr } = await runProgram('service/dist/cli.js', ['watch'], {
      IOTHUB_CONNECTION_STRING: `HostName=localhost:${port};SharedAccessKeyName=a;SharedAccessKey=bm8=;UseDevelopmentEmulator=true`,
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Error during watch \(ERR_NOT_FOUND\): localhost:\d+ is not a local hub, and only a local hub shows its events/,
    )
  })
})
