import { assert } from 'chai'
import { inputs, messages, type ReceivedMessage } from 'hubtwin/messages'
import { sentence, type Sentence } from './sentence.ts'
import type { TestDevice } from './test-hub.ts'
import { until, within } from './waits.ts'

const RETRY = { retryDelayInMs: 20, maxRetryDelayInMs: 50 }

async function completed(device: TestDevice): Promise<readonly string[]> {
  const states = await device.messageStates()
  return states.flatMap((state) => (state.startsWith('completed ') ? [state.slice('completed '.length)] : []))
}

async function untilCompleted(device: TestDevice, ids: readonly string[]): Promise<void> {
  await until(`PUBACK of ${ids.join(' and ')}`, async () => (await completed(device)).length >= ids.length)
  assert.deepEqual(await completed(device), ids)
}

/** Both transports send PUBACK when the app has accepted a message. */
export const deviceMessages: readonly Sentence[] = [
  sentence('a message has its body, its properties, and its system properties', async (scene) => {
    const device = scene.openDevice({ messages: messages() })
    await scene.device.sendMessage({
      body: '{"text":"grüße"}',
      properties: { room: 'a b', bare: null },
      ...{ messageId: 'm1', correlationId: 'c1', contentType: 'application/json', contentEncoding: 'utf-8' },
      ...{ expiryTimeUtc: '2100-01-01T00:00:00Z', ack: 'full' },
    })
    const iterator = device.messages.read()
    const { value }: IteratorResult<ReceivedMessage> = await within(iterator.next(), 'a message')
    // Not accepted, so that close() does not wait for it.
    await iterator.return?.()
    assert.deepEqual(value.json, { text: 'grüße' })
    assert.equal(value.text, new TextDecoder().decode(value.bytes))
    assert.deepEqual(value.properties, { room: 'a b', bare: null })
    assert.include(value, { messageId: 'm1', correlationId: 'c1', contentType: 'application/json', ack: 'full' })
    assert.match(value.to ?? '', /^\/devices\/.+\/messages\/deviceBound$/)
    assert.deepEqual(value.expiresAt, new Date('2100-01-01T00:00:00Z'))
    assert.isFalse(value.isRedelivered)
  }),

  sentence('messages wait at the hub for the app, and PUBACK follows its handler in order', async (scene) => {
    for (const messageId of ['m1', 'm2', 'm3']) await scene.device.sendMessage({ body: messageId, messageId })
    const device = scene.openDevice({ messages: messages() })
    await until('the messages arrive', async () => (await scene.device.messageStates()).includes('delivered m3'))
    assert.deepEqual(await completed(scene.device), [])
    const finishes: (() => void)[] = []
    device.messages.listen(() => new Promise<void>((resolve) => finishes.push(resolve)))
    await until('the handler runs', async () => finishes.length === 1)
    assert.deepEqual(await completed(scene.device), [])
    for (const ids of [['m1'], ['m1', 'm2'], ['m1', 'm2', 'm3']]) {
      finishes.at(-1)?.()
      await untilCompleted(scene.device, ids)
    }
  }),

  sentence('for await accepts a message when it asks for the next', async (scene) => {
    const device = scene.openDevice({ messages: messages() })
    await scene.device.sendMessage({ body: '1', messageId: 'm1' })
    await scene.device.sendMessage({ body: '2', messageId: 'm2' })
    const texts: string[] = []
    for await (const { text } of device.messages) {
      texts.push(text)
      if (text === '2') break
    }
    assert.deepEqual(texts, ['1', '2'])
    await untilCompleted(scene.device, ['m1'])
  }),

  sentence('a handler that throws gets the message again, before later messages', async (scene) => {
    const device = scene.openDevice({ messages: messages(RETRY) })
    const received: string[] = []
    device.messages.listen(({ text, isRedelivered }) => {
      received.push(`${text} ${isRedelivered}`)
      if (received.length === 1) throw new Error('try again')
    })
    await scene.device.sendMessage({ body: 'first', messageId: 'm1' })
    await scene.device.sendMessage({ body: 'second', messageId: 'm2' })
    await untilCompleted(scene.device, ['m1', 'm2'])
    assert.deepEqual(received, ['first false', 'first true', 'second false'])
  }),

  sentence('a persistent session brings an unaccepted message again with the next connection', async (scene) => {
    const device = scene.openDevice({ messages: messages({ persistentSession: true }) })
    await within(device.twin.ready(), 'ready')
    const received: ReceivedMessage[] = []
    let isStuck = true
    let unstick = (): void => {}
    const stuck = new Promise<void>((resolve) => (unstick = resolve))
    device.messages.listen((message) => {
      received.push(message)
      return isStuck ? stuck : undefined
    })
    await scene.device.sendMessage({ body: 'kept', messageId: 'm1' })
    await until('the handler runs', async () => received.length === 1)
    isStuck = false
    await scene.device.drop()
    // The hub has sent it over the next connection before the handler ends.
    await until(
      'the hub sends it again',
      async () => (await scene.device.messageStates()).filter((state) => state === 'delivered m1').length > 1,
    )
    unstick()
    await untilCompleted(scene.device, ['m1'])
    assert.deepEqual(
      received.map(({ text, isRedelivered }) => `${text} ${isRedelivered}`),
      ['kept false', 'kept true'],
    )
  }),

  sentence(
    'a persistent session of an earlier program loses no message to a device without a handler',
    async (scene) => {
      const before = scene.openDevice({ messages: messages({ persistentSession: true }) })
      await within(before.twin.ready(), 'ready')
      await before.close()
      await scene.device.sendMessage({ body: 'kept', messageId: 'm1' })
      const twin = scene.open()
      await within(twin.ready(), 'ready')
      await twin.close()
      const silent = scene.openDevice({ messages: messages({ persistentSession: true }) })
      await until('the message arrives', async () => (await scene.device.messageStates()).includes('delivered m1'))
      await silent.close()
      assert.deepEqual(await completed(scene.device), [])
      const device = scene.openDevice({ messages: messages({ persistentSession: true }) })
      device.messages.listen(() => {})
      await untilCompleted(scene.device, ['m1'])
    },
  ),

  sentence('close() of a device waits for the handler of a message', async (scene) => {
    const device = scene.openDevice({ messages: messages() })
    let finish: (() => void) | undefined
    device.messages.listen(() => new Promise<void>((resolve) => (finish = resolve)))
    await scene.device.sendMessage({ body: 'last', messageId: 'm1' })
    await until('the handler runs', async () => finish !== undefined)
    const closed = device.close()
    finish?.()
    await within(closed, 'close')
    await untilCompleted(scene.device, ['m1'])
  }),

  sentence('a module gets the messages to its inputs', async (scene) => {
    const module = await scene.hub.createDevice('pump')
    const device = scene.openDevice({ inputs: inputs() }, { connectionString: module.connectionString })
    const received: ReceivedMessage[] = []
    device.inputs.listen((message) => void received.push(message))
    await within(device.twin.ready(), 'ready')
    await module.sendMessage({ body: '{"t":21}', messageId: 'm1', properties: { alert: 'no' } }, 'temperature')
    await untilCompleted(module, ['m1'])
    assert.include(received[0], { input: 'temperature', messageId: 'm1' })
    assert.deepEqual(received[0]?.json, { t: 21 })
    assert.deepEqual(received[0]?.properties, { alert: 'no' })
  }),
]
