import { expect, test } from 'vitest'
import type { SessionInput } from '../../core/src/protocol/machine-states.ts'
import { checkIdle, closeWire, createConnection, openWire, sendReport } from '../../core/src/session/connection.ts'
import type { Outcome } from '../../core/src/session/requests.ts'
import { createFakeClock } from './fake-clock.ts'
import { createScriptedHub } from './scripted-hub.ts'

test('sendReport() on a closed connection fails at once, and leaves no request open', () => {
  const clock = createFakeClock()
  const hub = createScriptedHub()
  const options = {
    credentials: { identity: { hostName: 'contoso.azure-devices.net', deviceId: 'device1' } },
    settings: { endpoint: 'wss://contoso.azure-devices.net/', keepaliveInSeconds: 180, requestTimeoutInMs: 30_000 },
    openWire: hub.openWire,
    clock,
    observe: () => {},
  }
  const inputs: SessionInput[] = []
  const connection = createConnection(options, (input) => inputs.push(input))
  const outcomes: Outcome[] = []
  openWire(connection, 'made up')
  closeWire(connection)
  sendReport(connection, { a: 1 }, (outcome) => outcomes.push(outcome))
  expect(outcomes).toMatchObject([{ type: 'failed', error: { code: 'ERR_INTERRUPTED' } }])
  checkIdle(connection)
  expect(inputs).toEqual([{ type: 'drained' }])
  expect(clock.pending).toBe(0)
  expect(hub.wire.sent).toEqual([])
})
