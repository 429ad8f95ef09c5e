import { type Hub, startHub } from 'hubtwin-emulator'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../support/waits.ts'
import { runProgram, startProgram } from './program.ts'

let hub: Hub
beforeAll(async () => {
  hub = await startHub({ securePort: 0, plainPort: 0 })
})
afterAll(() => hub.close())

async function environmentOf(deviceId: string): Promise<{ IOTHUB_DEVICE_CONNECTION_STRING: string }> {
  await hub.createDevice(deviceId)
  return { IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device(deviceId, { plain: true }) }
}

it('send-telemetry sends the number of messages that it is given, and ends', async () => {
  const environment = await environmentOf('sensor')
  const bodies: string[] = []
  hub.events.listen((event) => {
    if (event.type === 'telemetry' && event.deviceId === 'sensor') bodies.push(Buffer.from(event.body).toString())
  })
  const { stdout, ...result } = await runProgram(
    'node-demo/send-telemetry.ts',
    ['--count', '2', '--interval', '0'],
    environment,
  )
  expect(result).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(
    `Client created.\nClient opened.\n${bodies
      .map((body, index) => `Sending message: ${body}\nMessage ${index + 1} is stored by the hub.\n`)
      .join('')}`,
  )
  expect(bodies).toHaveLength(2)
  expect(Object.keys(JSON.parse(bodies[0] ?? '') as object)).toEqual(['temperature', 'humidity'])
})

it('send-telemetry sends until Ctrl+C', async () => {
  const program = startProgram('node-demo/send-telemetry.ts', [], await environmentOf('stopped'))
  await program.prints('Message 1 is stored by the hub.')
  program.stop('SIGINT')
  const { code, stderr } = await program.ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

it('send-telemetry names a wrong count and a wrong interval', async () => {
  const count = await runProgram('node-demo/send-telemetry.ts', ['--count', '1.5'])
  expect(count).toMatchObject({ code: 1, stdout: '' })
  expect(count.stderr).toContain('--count is "1.5"; expected a whole number from 1')
  const interval = await runProgram('node-demo/send-telemetry.ts', ['--interval', 'soon'])
  expect(interval.stderr).toContain('--interval is "soon"; expected seconds from 0 to 86400')
})

it('answer-methods answers its two methods and refuses others, until Ctrl+C', async () => {
  const program = startProgram('node-demo/answer-methods.ts', [], await environmentOf('door'))
  await program.prints('Waiting for calls')
  await until('a subscription', () => hub.connections().some(({ deviceId }) => deviceId === 'door'))
  const call = (methodName: string, payload = {}): Promise<{ status: number; payload: unknown }> =>
    hub.invokeMethod('door', { methodName, payload })
  expect(await call('lockDoor', { for: 60 })).toEqual({ status: 200, payload: { locked: true } })
  expect(await call('getDeviceLog')).toMatchObject({ status: 200, payload: { log: ['started', expect.any(String)] } })
  expect(await call('fly')).toEqual({ status: 404, payload: null })
  program.stop('SIGINT')
  await expect(program.ended).resolves.toEqual({
    code: 0,
    stdout: `Client created.
Client opened.
Waiting for calls of getDeviceLog and lockDoor.
Received method call for method 'lockDoor'
Payload: {"for":60}
Answering method 'lockDoor' with status 200.
Received method call for method 'getDeviceLog'
Payload: {}
Answering method 'getDeviceLog' with status 200.
Received method call for method 'fly'
Payload: {}
Answering method 'fly' with status 404.
`,
    stderr: '',
  })
})

it('answer-methods accepts a pasted line of a shell', async () => {
  const { IOTHUB_DEVICE_CONNECTION_STRING: text } = await environmentOf('pasted')
  const environment = { IOTHUB_DEVICE_CONNECTION_STRING: `export IOTHUB_DEVICE_CONNECTION_STRING='${text}'` }
  const program = startProgram('node-demo/answer-methods.ts', [], environment)
  await program.prints('Waiting for calls')
  program.stop('SIGTERM')
  await expect(program.ended).resolves.toMatchObject({ code: 0, stderr: '' })
})

it('receive-messages prints a message that waits and a new message, until Ctrl+C', async () => {
  const environment = await environmentOf('display')
  await hub.sendToDevice('display', { body: 'waited', messageId: 'm1', properties: { room: 'a' } })
  const program = startProgram('node-demo/receive-messages.ts', [], environment)
  await program.prints('Body: waited')
  await hub.sendToDevice('display', { body: 'came', messageId: 'm2' })
  await program.prints('Body: came')
  // After a message, the loop asks for the next, so the last is done too.
  await until('both are done', () => hub.twin('display')['cloudToDeviceMessageCount'] === 0)
  program.stop('SIGINT')
  await expect(program.ended).resolves.toEqual({
    code: 0,
    stdout: `Client created.
Client opened.
Waiting for messages.
Id: m1 Body: waited
Properties: {"room":"a"}
Id: m2 Body: came
`,
    stderr: '',
  })
})

it('plug-and-play acknowledges its target, answers its command, and sends its temperature', async () => {
  const environment = await environmentOf('climate')
  const desire = (climate: object): Promise<unknown> =>
    hub.updateTwin('climate', { properties: { desired: { climate: { __t: 'c', ...climate } } } })
  const reported = (): unknown => (hub.twin('climate') as { properties: { reported: object } }).properties.reported
  const program = startProgram('node-demo/plug-and-play.ts', [], environment)
  await program.prints('"ac":203')
  expect(reported()).toMatchObject({ climate: { __t: 'c', target: { value: 20, ac: 203, av: 0 } } })
  await desire({ target: 30 })
  await program.prints('"ac":200')
  await desire({ target: 'warm' })
  await program.prints('"ac":400')
  expect(reported()).toMatchObject({ climate: { __t: 'c', target: { value: 30, ac: 400, av: 3 } } })
  expect(hub.twin('climate')).toMatchObject({ modelId: 'dtmi:hubtwin:demo:Thermostat;1' })
  await program.prints('Sent: temperature')
  const call = { methodName: 'climate*getMaxMinReport', payload: {} }
  expect(await hub.invokeMethod('climate', call)).toMatchObject({ status: 200, payload: { minTemp: 18 } })
  program.stop('SIGINT')
  expect(await program.ended).toMatchObject({ code: 0, stderr: '' })

  await desire({ target: 25 })
  const again = startProgram('node-demo/plug-and-play.ts', [], environment)
  await again.prints('"value":25,"ac":200,"av":4')
  again.stop('SIGINT')
  expect((await again.ended).stdout).not.toContain('203')
})
