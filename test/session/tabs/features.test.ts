import { expect, onTestFinished, test } from 'vitest'
import { TwinError } from '../../../core/src/errors.ts'
import { createSharedTwin } from '../../../core/src/tabs/create-shared-twin.ts'
import { checkOptions } from '../../../core/src/twin/options.ts'
import { createFakeClock, settle } from '../fake-clock.ts'
import { createScriptedHub } from '../scripted-hub.ts'
import { createFakeBrowser } from './fake-tabs.ts'

test('A shared twin tells the features of its tab each role, and an error only when it closes by itself', async () => {
  const [hub, clock] = [createScriptedHub(), createFakeClock()]
  const identity = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }
  const roles: unknown[] = []
  let emit = (_: 'wake' | 'sleep'): void => {}
  let sale: TwinError | undefined
  const twin = createSharedTwin(
    {
      identity,
      async token() {
        if (sale !== undefined) throw sale
        return { password: 'a token', expiresAt: clock.now() + 3_600_000 }
      },
    },
    checkOptions(
      {
        wakeSource(listener) {
          emit = listener
          return () => {}
        },
      },
      identity,
    ),
    hub.openWire,
    clock,
    createFakeBrowser().newTab(),
    {
      features: {
        ...{ filters: [], leftovers: [], isPersistent: false, isIdle: () => true },
        ...{ handleMessage() {}, handleState() {} },
      },
      handleConnection() {},
      handleRole: ({ type }, error) => roles.push([type, error]),
      close: (closeTwin) => closeTwin(),
    },
  )
  onTestFinished(() => twin.close())
  await settle()
  hub.wire.drop()
  expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_INTERRUPTED' } })
  emit('sleep')
  sale = new TwinError('ERR_TOKEN', 'device was sold', { retriable: false })
  emit('wake')
  await settle()
  expect(roles).toEqual([
    ['leader', undefined],
    ['joining', undefined],
    ['leader', undefined],
    ['closed', sale],
  ])
})
