import { startHub, type Hub, type PolicyName } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { officialService, refusalOf, type OfficialService } from '../official-service.ts'
import { notHere } from './not-here.ts'

// The errors of the unmodified service SDK for each refusal. The titles are rows of the table in
// docs/emulator/azure-sdks.md.

let hub: Hub
let owner: OfficialService

beforeAll(async () => {
  hub = await startHub({ devices: ['kiosk'] })
  owner = officialService(hub)
})
afterAll(() => hub.close())

/** The error of a call that the hub refuses because of an injected fault. */
function refusalBy(status: number): ReturnType<typeof refusalOf> {
  onTestFinished(hub.faults.set({ fault: 'refuse', operation: 'rest', status }))
  return refusalOf(owner.registry.get('kiosk'))
}

describe('azure-iothub', () => {
  test('gets ArgumentError for 400', async () => {
    const refusal = await refusalOf(owner.registry.updateTwin('kiosk', { tags: { 'a b': 1 } }, '*'))
    expect(refusal).toMatchObject({ name: 'ArgumentError', message: expect.stringContaining('a key must not contain') })
  })

  test('gets UnauthorizedError for 401', async () => {
    const { registry } = officialService(hub, { policyName: 'device' })
    expect(await refusalOf(registry.get('kiosk'))).toMatchObject({ name: 'UnauthorizedError' })
  })

  test('gets TooManyDevicesError for 403, whatever the cause', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000)
    const schedule = (n: number): Promise<unknown> =>
      owner.jobs.scheduleTwinUpdate(`waiting-${n}`, '*', { etag: '*', tags: {} }, tomorrow)
    await Promise.all(Array.from({ length: 100 }, (_, n) => schedule(n)))
    const refusal = await refusalOf(schedule(100))
    expect(refusal).toMatchObject({ name: 'TooManyDevicesError', body: expect.stringContaining('403003') })
  })

  test('gets DeviceNotFoundError for an unregistered device', async () => {
    expect(await refusalOf(owner.registry.getTwin('nobody'))).toMatchObject({ name: 'DeviceNotFoundError' })
    const call = owner.client.invokeDeviceMethod('nobody', { methodName: 'reboot' })
    expect(await refusalOf(call)).toMatchObject({ name: 'DeviceNotFoundError' })
  })

  test('gets a plain Error for other missing resources', async () => {
    const refusal = await refusalOf(owner.registry.getModule('kiosk', 'nothing'))
    expect(refusal).toMatchObject({ name: 'Error', body: expect.stringContaining('ModuleNotFound') })
  })

  test('gets DeviceAlreadyExistsError for 409', async () => {
    expect(await refusalOf(owner.registry.create({ deviceId: 'kiosk' }))).toMatchObject({
      name: 'DeviceAlreadyExistsError',
    })
  })

  test('gets InvalidEtagError for 412', async () => {
    const update = owner.registry.updateTwin('kiosk', { tags: {} }, 'AAAAAAAAAAk=')
    expect(await refusalOf(update)).toMatchObject({ name: 'InvalidEtagError' })
  })

  test('gets ThrottlingError for 429', async () => {
    onTestFinished(hub.faults.set({ fault: 'throttle', operation: 'rest' }))
    expect(await refusalOf(owner.registry.get('kiosk'))).toMatchObject({ name: 'ThrottlingError' })
  })

  test.each([
    [408, 'DeviceTimeoutError'],
    [500, 'InternalServerError'],
    [502, 'BadDeviceResponseError'],
    [503, 'ServiceUnavailableError'],
    [504, 'GatewayTimeoutError'],
  ])('gets its error for %i, which a fault injects', async (status, name) => {
    expect(await refusalBy(status)).toMatchObject({ name })
  })

  const rights: [PolicyName, { registryRead: boolean; registryWrite: boolean; service: boolean }][] = [
    ['iothubowner', { registryRead: true, registryWrite: true, service: true }],
    ['service', { registryRead: false, registryWrite: false, service: true }],
    ['device', { registryRead: false, registryWrite: false, service: false }],
    ['registryRead', { registryRead: true, registryWrite: false, service: false }],
    ['registryReadWrite', { registryRead: true, registryWrite: true, service: false }],
  ]
  test.each(rights)('has exactly the rights of the policy %s', async (policyName, expected) => {
    const { registry, jobs, client } = officialService(hub, { policyName })
    const isAllowed = (call: Promise<unknown>): Promise<boolean> =>
      call.then(
        () => true,
        (error: Error) => error.name !== 'UnauthorizedError',
      )
    const found = {
      registryRead: [await isAllowed(registry.get('kiosk')), await isAllowed(jobs.getJob('none'))],
      registryWrite: [
        await isAllowed(registry.update({ deviceId: 'kiosk', statusReason: policyName })),
        await isAllowed(jobs.cancelJob('none')),
      ],
      service: [
        await isAllowed(registry.getTwin('kiosk')),
        await isAllowed(client.invokeDeviceMethod('kiosk', { methodName: 'x' })),
      ],
    }
    expect(found).toEqual(Object.fromEntries(Object.entries(expected).map(([name, has]) => [name, [has, has]])))
  })
})

// Not a separate row: the table already lists each of these with its reason.
test.each(notHere.filter((each) => each.attempt !== undefined).map((each) => [each.operation, each] as const))(
  'not here, and said so: %s',
  async (operation, { attempt }) => {
    const { name, body } = await refusalOf(attempt?.(owner) ?? Promise.resolve())
    expect(name).toBe('Error')
    expect(body).toMatch(/^\{"Message":"ErrorCode:NotImplemented;/)
    expect(body).toContain(operation)
  },
)
