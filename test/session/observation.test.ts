import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { TwinObservation } from '../../core/src/session/observation.ts'
import { settle } from './fake-clock.ts'
import { openScripted, type Scripted } from './open-scripted.ts'

const NOW = 1_700_000_000_000
const GET = '$iothub/twin/GET/?$rid=1'
const DOCUMENT = '{"desired":{"$version":1},"reported":{"$version":1}}'

interface Observed extends Scripted {
  /** Returns what was observed since the last call, without the times. */
  take(): object[]
}

async function open(
  token?: Parameters<typeof openScripted>[1],
  openWire?: Parameters<typeof openScripted>[2],
): Promise<Observed> {
  const seen: TwinObservation[] = []
  const scripted = await openScripted({ observer: (observation) => seen.push(observation) }, token, openWire)
  const take = (): object[] => seen.splice(0).map(({ at: _, ...rest }) => rest)
  return { ...scripted, take }
}

describe('observer', () => {
  test('sees each state, token, and packet of a session, without the password', async () => {
    const { twin, hub, take } = await open()
    expect(take()).toStrictEqual([
      { type: 'state', state: 'authorizing' },
      { type: 'token', step: 'asked' },
      { type: 'token', step: 'given', expiresAt: NOW + 3_600_000 },
      { type: 'state', state: 'opening' },
      { type: 'sent', packet: 'CONNECT' },
      { type: 'sent', packet: 'SUBSCRIBE' },
      { type: 'sent', packet: 'PUBLISH', topic: GET, payload: '' },
    ])
    hub.wire.sync({})
    await settle()
    expect(take()).toStrictEqual([
      { type: 'received', packet: 'CONNACK', code: 0 },
      { type: 'state', state: 'syncing' },
      { type: 'received', packet: 'SUBACK' },
      { type: 'received', packet: 'PUBLISH', topic: '$iothub/twin/res/200/?$rid=1', payload: DOCUMENT },
      { type: 'state', state: 'ready' },
    ])
    void twin.report({ a: 1 }).catch(() => {})
    await settle()
    expect(take()).toStrictEqual([
      { type: 'sent', packet: 'PUBLISH', topic: '$iothub/twin/PATCH/properties/reported/?$rid=2', payload: '{"a":1}' },
    ])
    await twin.close()
    expect(take()).toStrictEqual([
      { type: 'state', state: 'closed' },
      { type: 'sent', packet: 'DISCONNECT' },
    ])
  })

  test('sees a lost connection, with its error', async () => {
    const { hub, take, clock } = await open()
    hub.wire.sync({})
    await settle()
    take()
    hub.wire.drop()
    const error = new TwinError('ERR_INTERRUPTED', 'lost')
    const lost = take()
    expect(lost).toStrictEqual([
      { type: 'lost', error },
      { type: 'state', state: 'waiting', error },
      { type: 'sent', packet: 'DISCONNECT' },
    ])
    await clock.advance(1000)
    expect(take()[0]).toEqual({ type: 'state', state: 'authorizing' })
  })

  test('sees a refusal, and asks for another token', async () => {
    const { hub, take, asked } = await open()
    take()
    hub.wire.emit({ type: 'refused', code: 5 })
    expect(take()).toMatchObject([
      { type: 'received', packet: 'CONNACK', code: 5 },
      { type: 'state', state: 'waiting', error: { code: 'ERR_REFUSED' } },
      { type: 'token', step: 'refused' },
      { type: 'sent', packet: 'DISCONNECT' },
    ])
    expect(asked.invalidated).toBe(1)
  })

  test('sees a source of tokens that fails', async () => {
    const failure = new Error('away')
    const { take } = await open(() => Promise.reject(failure))
    const [failed, waiting] = take().slice(-2)
    expect(failed).toMatchObject({ type: 'token', step: 'failed', error: { code: 'ERR_TOKEN', cause: failure } })
    expect(waiting).toMatchObject({ type: 'state', state: 'waiting', error: { message: 'Token source failed' } })
  })

  test('sees that a connection could not be started, and none of its packets', async () => {
    const cause = new SyntaxError('no URL')
    const { twin, take } = await open(undefined, () => {
      throw cause
    })
    expect(twin.status).toMatchObject({
      type: 'waiting',
      error: { code: 'ERR_UNREACHABLE', message: 'Connection could not be started', cause },
    })
    expect(take().slice(3)).toMatchObject([
      { type: 'state', state: 'opening' },
      { type: 'state', state: 'waiting' },
    ])
  })
})
