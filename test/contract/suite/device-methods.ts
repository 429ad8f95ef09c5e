import { assert } from 'chai'
import { type MethodCall, methods } from 'hubtwin/methods'
import { sentence, type Sentence } from './sentence.ts'
import { until, within } from './waits.ts'

export const deviceMethods: readonly Sentence[] = [
  sentence('a method handler gets the payload, and its result reaches the caller', async (scene) => {
    const device = scene.openDevice({ methods: methods() })
    const names: string[] = []
    device.methods.handle('thermostat1*getMaxMinReport', ({ component, command, payload }) => {
      names.push(`${component} ${command}`)
      return { echo: payload }
    })
    device.methods.handle('reboot', async () => ({ status: 202 }))
    assert.deepEqual(await within(scene.device.call('thermostat1*getMaxMinReport', { since: 'ä' }), 'response'), {
      status: 200,
      payload: { echo: { since: 'ä' } },
    })
    assert.deepEqual(await within(scene.device.call('reboot'), 'response'), { status: 202, payload: null })
    assert.deepEqual(names, ['thermostat1 getMaxMinReport'])
  }),

  sentence('an unknown method gets 404, and a handler that throws 500 without a detail', async (scene) => {
    const device = scene.openDevice({ methods: methods() })
    device.methods.handle('fail', () => {
      throw new Error('a secret detail')
    })
    const call = async (name: string): Promise<unknown> => within(scene.device.call(name), 'response')
    assert.deepEqual(await call('unknown'), { status: 404, payload: null })
    assert.deepEqual(await call('fail'), { status: 500, payload: null })
    const remove = device.methods.handleOthers(({ name }) => name)
    assert.deepEqual(await call('unknown'), { status: 200, payload: 'unknown' })
    remove()
    assert.deepEqual(await call('unknown'), { status: 404, payload: null })
  }),

  sentence('calls that wait for the device are handled as soon as it connects', async (scene) => {
    const calls = Promise.all([1, 2, 3].map((n) => scene.device.call('square', n)))
    const device = scene.openDevice({ methods: methods() })
    device.methods.handle('square', ({ payload }) => Number(payload) ** 2)
    assert.deepEqual(
      (await within(calls, 'responses')).map(({ payload }) => payload),
      [1, 4, 9],
    )
  }),

  sentence('methods work after a dropped connection, with the same handlers', async (scene) => {
    const device = scene.openDevice({ methods: methods() })
    let count = 0
    device.methods.handle('count', () => ++count)
    await within(scene.device.call('count'), 'response')
    await scene.device.drop()
    assert.equal((await within(scene.device.call('count'), 'response')).payload, 2)
  }),

  sentence('methods carry 128 KB in both directions', async (scene) => {
    const device = scene.openDevice({ methods: methods() })
    device.methods.handle('echo', ({ payload }) => payload)
    const text = 'x'.repeat(128 * 1024 - 2)
    assert.deepEqual(await within(scene.device.call('echo', text), 'response'), { status: 200, payload: text })
  }),

  sentence(
    'close() of a device aborts the signal of a running handler, whose response still arrives',
    async (scene) => {
      const device = scene.openDevice({ methods: methods() })
      let running: MethodCall | undefined
      device.methods.handle('wait', (call) => {
        running = call
        return new Promise((resolve) => {
          call.signal.addEventListener('abort', () => resolve({ status: 503, payload: 'closing' }))
        })
      })
      const response = scene.device.call('wait')
      await until('the handler runs', async () => running !== undefined)
      await within(device.close(), 'close')
      assert.deepEqual(await within(response, 'response'), { status: 503, payload: 'closing' })
    },
  ),

  sentence('a module handles its own methods', async (scene) => {
    const module = await scene.hub.createDevice('pump')
    const device = scene.openDevice({ methods: methods() }, { connectionString: module.connectionString })
    device.methods.handle('start', () => 'started')
    assert.deepEqual(await within(module.call('start'), 'response'), { status: 200, payload: 'started' })
  }),
]
