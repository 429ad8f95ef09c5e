import { describe, expect, test } from 'vitest'
import { telemetry } from '../../core/src/telemetry/index.ts'
import { settle } from './fake-clock.ts'
import { openScriptedDevice } from './open-scripted-device.ts'
import { openReady } from './telemetry-device.ts'

describe('close()', () => {
  test('waits for PUBACK, and accepts no new message', async () => {
    const { device, hub } = await openReady()
    const sent = device.telemetry.send(1)
    await settle()
    const closed = device.close()
    await expect(device.telemetry.send(2)).rejects.toMatchObject({ code: 'ERR_CLOSED', message: 'Device is closed' })
    await expect(device.telemetry.ready()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    expect(hub.wire.closed).toBe(false)
    hub.wire.puback()
    await Promise.all([sent, closed])
    expect(hub.wire.closed).toBe(true)
  })

  test('waits for the first connection too', async () => {
    const { device, hub } = await openScriptedDevice({ telemetry: telemetry() })
    const sent = device.telemetry.send(1)
    await settle()
    const closed = device.close()
    hub.wire.sync({})
    hub.wire.puback()
    await Promise.all([sent, closed])
  })

  test('does not wait for a back-off', async () => {
    const { device, hub, clock } = await openReady()
    const inFlight = device.telemetry.send(1)
    await settle()
    hub.wire.drop()
    const waiting = device.telemetry.send(2)
    const ready = device.telemetry.ready()
    await Promise.all([device.close(), ready])
    await expect(inFlight).rejects.toThrow(
      'Device was closed before the hub acknowledged the message; the hub may have it',
    )
    await expect(waiting).rejects.toThrow('Device was closed before the message was sent')
    expect(clock.pending).toBe(0)
  })

  test('rejects the rest at its deadline', async () => {
    const { device, clock } = await openReady()
    const sent = device.telemetry.send(1)
    await settle()
    const closed = device.close({ timeoutInMs: 100 })
    const rejection = expect(sent).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await clock.advance(100)
    await closed
    await rejection
    await expect(device.telemetry.send(2)).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    expect(clock.pending).toBe(0)
  })
})

test('close() rejects ready() of a full queue', async () => {
  const { device, hub } = await openReady({ maxMessages: 1 })
  const sent = device.telemetry.send(1)
  await settle()
  const rejections = [sent, device.telemetry.ready()].map((each) =>
    expect(each).rejects.toMatchObject({ code: 'ERR_CLOSED' }),
  )
  hub.wire.drop()
  await device.close()
  await Promise.all(rejections)
})
