import type { Registry } from 'azure-iothub'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Hub, JsonObject } from '../../../emulator/src/index.ts'
import { connect } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { rest } from '../../support/rest.ts'
import { registryOf } from '../../support/service-sdk.ts'

let hub: Hub
let registry: Registry

beforeEach(async () => {
  hub = await start()
  registry = registryOf(hub)
})

/** The types of azure-iothub omit the scope of a response. */
type Scoped = Awaited<ReturnType<Registry['create']>>['responseBody'] & { readonly deviceScope?: string }

const EDGE = { capabilities: { iotEdge: true } }

async function createEdge(deviceId: string, more: JsonObject = {}): Promise<string> {
  return (await hub.createDevice(deviceId, { ...EDGE, ...more }))['deviceScope'] as string
}

/** Returns the status of a PUT that updates a device, and its scopes afterwards. */
async function update(deviceId: string, body: JsonObject): Promise<unknown[]> {
  const { status } = await rest(hub, 'PUT', `/devices/${deviceId}`, { body, headers: { 'if-match': '"*"' } })
  const { deviceScope, parentScopes } = hub.twin(deviceId)
  return [status, deviceScope, parentScopes]
}

async function moduleIds(deviceId: string): Promise<string[]> {
  return (await registry.getModulesOnDevice(deviceId)).responseBody.map(({ moduleId }) => moduleId)
}

describe('an IoT Edge device', () => {
  test('gets a scope and the runtime modules, and loses both with its capability', async () => {
    const created = (await registry.create({ deviceId: 'edge-1', ...EDGE })).responseBody as Scoped
    expect(created).toMatchObject({ ...EDGE, deviceScope: expect.stringMatching(/^ms-azure-iot-edge:\/\/edge-1-\d+$/) })
    expect(hub.twin('edge-1')).toMatchObject({ ...EDGE, deviceScope: created.deviceScope })
    expect(await moduleIds('edge-1')).toEqual(['$edgeAgent', '$edgeHub'])
    expect((await registry.getModule('edge-1', '$edgeAgent')).responseBody).toMatchObject({ managedBy: 'iotEdge' })
    const agent = await connect(hub, { deviceId: 'edge-1', moduleId: '$edgeAgent' })

    await registry.update(Object.assign(created, { capabilities: { iotEdge: false } }))
    await agent.closed()
    expect(hub.twin('edge-1')).not.toHaveProperty('deviceScope')
    expect(await moduleIds('edge-1')).toEqual([])
    expect(await update('edge-1', { deviceId: 'edge-1', ...EDGE })).toEqual([200, created.deviceScope, undefined])
    expect(await moduleIds('edge-1')).toEqual(['$edgeAgent', '$edgeHub'])
  })

  test('keeps the scope that the hub generated', async () => {
    const scope = await createEdge('edge-1')
    expect(await update('edge-1', { deviceScope: scope })).toEqual([200, scope, undefined])
    expect(await update('edge-1', { deviceScope: 'ms-azure-iot-edge://edge-1-1' })).toEqual([400, scope, undefined])
  })

  test('names its own parent in parentScopes, without a circle', async () => {
    const top = await createEdge('top')
    const middle = await createEdge('middle', { parentScopes: [top] })
    const bottom = await createEdge('bottom', { parentScopes: [middle] })
    expect(hub.twin('bottom')).toMatchObject({ deviceScope: bottom, parentScopes: [middle] })
    expect(await update('top', { parentScopes: [bottom] })).toEqual([400, top, undefined])
    expect(await update('top', { parentScopes: [top] })).toEqual([400, top, undefined])
    expect(await update('bottom', { parentScopes: [] })).toEqual([200, bottom, undefined])
  })

  test('keeps its scope and its children in a snapshot', async () => {
    const deviceScope = await createEdge('edge-1')
    await hub.createDevice('leaf', { deviceScope })
    const other = await start()
    await other.restore(hub.snapshot())
    expect(other.twin('edge-1')).toEqual(hub.twin('edge-1'))
    expect(other.twin('leaf')).toMatchObject({ deviceScope, parentScopes: [deviceScope] })
  })
})

describe('a child of an IoT Edge device', () => {
  test('names the scope of its parent, and cannot change it to an unknown scope', async () => {
    const deviceScope = await createEdge('edge-1')
    const leaf = (await registry.create({ deviceId: 'leaf', deviceScope })).responseBody
    expect(leaf).toMatchObject({ deviceScope, parentScopes: [deviceScope] })
    await expect(registry.update(Object.assign(leaf, { deviceScope: 'elsewhere' }))).rejects.toMatchObject({
      name: 'ArgumentError',
    })
    const found = registry.createQuery(`SELECT deviceId FROM devices WHERE deviceScope = '${deviceScope}'`)
    expect((await found.next('')).result).toEqual([{ deviceId: 'edge-1' }, { deviceId: 'leaf' }])

    expect(await update('leaf', { status: 'disabled' })).toEqual([200, deviceScope, [deviceScope]])
    expect(await update('leaf', { deviceScope: '' })).toEqual([200, undefined, undefined])
    expect(await update('leaf', { parentScopes: [deviceScope] })).toEqual([200, deviceScope, [deviceScope]])
    const other = await createEdge('edge-2')
    expect(await update('leaf', { deviceScope: other })).toEqual([200, other, [other]])
    await registry.delete('edge-2')
    expect(await update('leaf', { deviceScope: other, status: 'enabled' })).toEqual([200, other, [other]])
  })

  test('is refused with an invalid scope, or a scope of no device', async () => {
    const scope = await createEdge('edge-1')
    await hub.createDevice('leaf')
    const wrong: JsonObject[] = [
      { deviceScope: 'ms-azure-iot-edge://nobody-1' },
      { deviceScope: 'ms-azure-iot-edge://leaf-1' },
      { deviceScope: `${scope}0` },
      { deviceScope: `ms-azure-iot-edge://${'x'.repeat(10_000)}-1` },
      { deviceScope: 1 },
      { parentScopes: scope },
      { parentScopes: [scope, scope] },
      { parentScopes: [1] },
      { deviceScope: scope, parentScopes: ['ms-azure-iot-edge://nobody-1'] },
    ]
    for (const body of wrong) {
      const { status } = await rest(hub, 'PUT', '/devices/new', { body: { deviceId: 'new', ...body } })
      expect(status, JSON.stringify(body)).toBe(400)
    }
    expect(() => hub.twin('new')).toThrow(/new/)
  })

  test('keeps its scope when it is created in bulk', async () => {
    const deviceScope = await createEdge('edge-1')
    const body = [{ id: 'leaf', importMode: 'create', deviceScope }]
    expect((await rest(hub, 'POST', '/devices', { body })).body).toMatchObject({ isSuccessful: true })
    expect(hub.twin('leaf')).toMatchObject({ deviceScope, parentScopes: [deviceScope] })
  })
})
