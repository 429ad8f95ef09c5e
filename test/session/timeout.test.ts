import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { type FakeClock, settle } from './fake-clock.ts'
import { openReady, openScripted, peek } from './open-scripted.ts'
import { openTabs } from './tabs/open-tabs.ts'
import { bodies, openReady as openTelemetry } from './telemetry-device.ts'

const TIMEOUT = { timeoutInMs: 5000 }

/** The second attempt follows after 30 s, because the random number is 0.5. */
const PATIENT = { retryDelayInMs: 60_000 }

interface Reason {
  readonly code: string
  readonly message: string
  readonly cause: unknown
}

/** The reason of a wait that lasts until 5 s have passed, and no longer. */
async function reasonAfterTimeout(wait: Promise<unknown>, clock: FakeClock): Promise<Reason | undefined> {
  let reason: Reason | undefined
  wait.catch(({ code, message, cause }: TwinError) => {
    reason = { code, message, cause }
  })
  await clock.advance(4999)
  await settle()
  expect(reason).toBeUndefined()
  await clock.advance(1)
  await settle()
  return reason
}

function timeout(message: string, cause?: unknown): Reason {
  return { code: 'ERR_TIMEOUT', message, cause }
}

describe('timeoutInMs', () => {
  test('ends ready() without a connection, and names the error of the last attempt', async () => {
    const { twin, hub, clock } = await openScripted(PATIENT)
    const error = new TwinError('ERR_UNREACHABLE', 'no hub')
    hub.wire.emit({ type: 'down', error })
    const reason = await reasonAfterTimeout(twin.ready(TIMEOUT), clock)
    expect(reason).toEqual(timeout('Twin was not synced within 5000 ms', error))
    expect(twin.status.type).toBe('waiting')
  })

  test('ends report() during a wrong key, and cancels the patch', async () => {
    const { twin, hub, clock } = await openScripted(PATIENT)
    hub.wire.emit({ type: 'refused', code: 5 })
    const { status } = twin
    expect(status).toMatchObject({ type: 'waiting', error: { code: 'ERR_REFUSED' } })
    const report = twin.report({ a: 1 }, TIMEOUT)
    const kept = twin.report({ b: 1 })
    const reason = await reasonAfterTimeout(report, clock)
    expect(reason).toEqual(
      timeout('Hub did not accept the report within 5000 ms', status.type === 'waiting' && status.error),
    )
    await clock.advance(25_000)
    hub.wire.sync({})
    await settle()
    expect(hub.wire.sent.at(-1)?.payload).toBe('{"b":1}')
    hub.wire.answer(204, '', 2)
    expect(await kept).toBe(2)
  })

  test('ends report() without a response, while the twin is ready', async () => {
    const { twin, clock } = await openReady()
    const reason = await reasonAfterTimeout(twin.report({ a: 1 }, TIMEOUT), clock)
    expect(reason).toEqual(timeout('Hub did not accept the report within 5000 ms'))
  })

  test('names no cause while the twin has a connection, even if it gets no new token', async () => {
    let isFirst = true
    const { twin, hub, clock } = await openScripted({}, async () => {
      if (!isFirst) throw new Error('no source')
      isFirst = false
      return { password: 'made up', expiresAt: 1_700_000_000_000 + 3_600_000 }
    })
    hub.wire.sync({})
    await clock.advance(46 * 60_000)
    expect(twin.status).toMatchObject({ type: 'ready', error: { code: 'ERR_TOKEN' } })
    const reason = await reasonAfterTimeout(twin.report({ a: 1 }, TIMEOUT), clock)
    expect(reason).toEqual(timeout('Hub did not accept the report within 5000 ms'))
  })

  test('replaces the deadline of refresh()', async () => {
    const { twin, hub, clock } = await openReady()
    const refresh = twin.refresh({ timeoutInMs: 70_000 })
    hub.wire.drop()
    await clock.advance(60_000)
    expect(await peek(refresh)).toBeUndefined()
    hub.wire.sync({})
    expect(await peek(refresh)).toBeDefined()
    const reason = await reasonAfterTimeout(twin.refresh(TIMEOUT), clock)
    expect(reason).toEqual(timeout('Twin was not read within 5000 ms'))
  })

  test('ends the waits of a follower tab, and cancels its patch at the leader', async () => {
    const { tabs, hub, clock } = await openTabs(2)
    const sent = tabs[0].twin.report({ first: 1 })
    await settle()
    const reason = await reasonAfterTimeout(tabs[1].twin.report({ a: 1 }, TIMEOUT), clock)
    expect(reason).toEqual(timeout('Hub did not accept the report within 5000 ms'))
    hub.wire.answer(204, '', 2)
    await sent
    await settle()
    expect(hub.wire.sent.map(({ payload }) => payload)).not.toContain('{"a":1}')
  })

  test('leaves no timer after the wait', async () => {
    const { twin, hub, clock } = await openReady()
    const before = clock.pending
    const waits = [twin.ready(TIMEOUT), twin.report({ a: 1 }, TIMEOUT)]
    await settle()
    hub.wire.answer(204, '', 2)
    await Promise.all(waits)
    await expect(twin.report({}, { ...TIMEOUT, signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
    expect(clock.pending).toBe(before)
  })

  test.each([0, 1.5, Number.NaN, 2 ** 31, '5'])('cannot be %s', async (timeoutInMs) => {
    const { twin } = await openReady()
    const wrong = { timeoutInMs } as { readonly timeoutInMs: number }
    await expect(twin.report({}, wrong)).rejects.toThrow('timeoutInMs is ')
    await expect(twin.refresh(wrong)).rejects.toThrow('timeoutInMs is ')
  })

  test('ends telemetry.send(), and the message does not leave later', async () => {
    const scripted = await openTelemetry({}, PATIENT)
    const { device, hub, clock } = scripted
    hub.wire.drop()
    const reason = await reasonAfterTimeout(device.telemetry.send(1, TIMEOUT), clock)
    expect(reason).toEqual(timeout('Hub did not acknowledge the message within 5000 ms'))
    expect(device.telemetry.queued.messages).toBe(0)
    await clock.advance(25_000)
    hub.wire.sync({})
    await settle()
    expect(device.status.type).toBe('ready')
    expect(bodies(scripted)).toEqual([])
  })

  test('ends telemetry.ready() while the queue is full', async () => {
    const { device, clock } = await openTelemetry({ maxMessages: 1 }, { requestTimeoutInMs: 60_000 })
    const sent = device.telemetry.send(1).catch(() => {})
    await settle()
    const reason = await reasonAfterTimeout(device.telemetry.ready(TIMEOUT), clock)
    expect(reason).toEqual(timeout('Queue had no room within 5000 ms'))
    await device.close({ timeoutInMs: 0 })
    await sent
  })
})
