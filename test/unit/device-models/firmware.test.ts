import fc from 'fast-check'
import type { JsonObject, JsonValue } from 'hubtwin'
import type { Acknowledgment } from 'hubtwin/plug-and-play'
import { describe, expect, test } from 'vitest'
import {
  type Firmware,
  type FirmwareEvent,
  firmwareProperties,
  newFirmware,
  nextFirmware,
  progressOf,
} from '../../../device-models/src/firmware.ts'

const SECOND = 1000
const idle = newFirmware()

function wanting(value: JsonValue | undefined, version = 2, isFirst = false): FirmwareEvent {
  return { type: 'desired', value, version, isFirst }
}

/** Applies events at times in seconds, in order. */
function after(firmware: Firmware, ...events: [number, FirmwareEvent][]): Firmware {
  return events.reduce((before, [at, event]) => nextFirmware(before, event, at * SECOND), firmware)
}

/** The reported properties that apply, with the bare version in place of its acknowledgment. */
function reported(firmware: Firmware, at: number): JsonObject {
  const { readOnly } = firmwareProperties(firmware, at * SECOND)
  const present = Object.entries(readOnly).filter(([, value]) => value !== undefined)
  return { version: answerOf(firmware)?.value ?? null, ...(Object.fromEntries(present) as JsonObject) }
}

function answerOf(firmware: Firmware): Acknowledgment | undefined {
  return firmwareProperties(firmware, 0).writable['version']
}

const TICK: FirmwareEvent = { type: 'tick' }
const to130 = after(idle, [0, wanting({ version: '1.3.0', rollout: 'r1' })])
const failed = after(idle, [0, { type: 'fail-next', isOn: true }], [0, wanting({ version: '1.3.0' })], [25, TICK])
const FAILURE = {
  version: '1.2.1',
  status: 'failed',
  pending: '1.3.0',
  error: 'Version 1.3.0 did not start; 1.2.1 runs again',
}

describe('a firmware update', () => {
  test('goes from downloading through applying to done, and reports each state', () => {
    const pending = { version: '1.2.1', pending: '1.3.0', rollout: 'r1' }
    expect(reported(idle, 0)).toEqual({ version: '1.2.1', status: 'idle' })
    expect(reported(to130, 0)).toEqual({ ...pending, status: 'downloading', progress: 0 })
    expect(reported(after(to130, [13, TICK]), 13)).toEqual({ ...pending, status: 'downloading', progress: 65 })
    expect(reported(after(to130, [20, TICK]), 20)).toEqual({ ...pending, status: 'applying' })
    expect(reported(after(to130, [25, TICK]), 25)).toEqual({ version: '1.3.0', status: 'done', rollout: 'r1' })
  })

  test('follows the clock: a single late tick passes through every state that has ended', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 12 }), (steps) => {
        let [now, ticked] = [0, to130]
        for (const step of steps) ticked = after(ticked, [(now += step), TICK])
        expect(after(ticked, [now, TICK])).toEqual(after(to130, [now, TICK]))
      }),
    )
  })

  test('never reports a negative percentage after a clock is set back', () => {
    expect(progressOf(to130, -5 * SECOND)).toBe(0)
    expect(after(to130, [-5, TICK]).state).toEqual(to130.state)
  })

  test('is done at once if the version already runs, and can return to an older version', () => {
    expect(reported(after(idle, [0, wanting({ version: '1.2.1' })]), 0)).toEqual({ version: '1.2.1', status: 'done' })
    const back = after(to130, [25, TICK], [30, wanting({ version: '1.2.1' }, 3)], [55, TICK])
    expect(reported(back, 55)).toEqual({ version: '1.2.1', status: 'done' })
  })
})

describe('a firmware update with a later request', () => {
  test('while downloading drops the download for the newer version', () => {
    const newer = after(to130, [10, wanting({ version: '1.4.0' }, 3)])
    expect(reported(newer, 10)).toEqual({ version: '1.2.1', status: 'downloading', pending: '1.4.0', progress: 0 })
    expect(reported(after(newer, [35, TICK]), 35)).toEqual({ version: '1.4.0', status: 'done' })
  })

  test('while applying finishes first, and then starts the newer version', () => {
    const newer = after(to130, [21, wanting({ version: '1.4.0' }, 3)])
    expect(reported(newer, 21)).toMatchObject({ status: 'applying', pending: '1.3.0' })
    const then = { version: '1.3.0', status: 'downloading', pending: '1.4.0' }
    expect(reported(after(newer, [25, TICK]), 25)).toEqual({ ...then, progress: 0 })
    // The download starts at the end of applying, however late the tick.
    expect(reported(after(newer, [35, TICK]), 35)).toEqual({ ...then, progress: 50 })
  })

  test('for the same version continues, and answers the newer rollout', () => {
    const again = after(to130, [10, wanting({ version: '1.3.0', rollout: 'r2' }, 3)])
    expect(reported(again, 10)).toMatchObject({ status: 'downloading', progress: 50, rollout: 'r2' })
    const applying = after(to130, [21, wanting({ version: '1.4.0' }, 3)], [22, wanting({ version: '1.3.0' }, 4)])
    expect(reported(after(applying, [25, TICK]), 25)).toEqual({ version: '1.3.0', status: 'done' })
  })

  test('that is removed drops a download, but finishes applying', () => {
    expect(reported(after(to130, [10, wanting(undefined, 3)]), 10)).toEqual({ version: '1.2.1', status: 'idle' })
    const late = after(to130, [21, wanting(undefined, 3)])
    expect(reported(late, 21)).toMatchObject({ status: 'applying' })
    expect(reported(after(late, [25, TICK]), 25)).toEqual({ version: '1.3.0', status: 'idle' })
  })
})

describe('a firmware update that fails', () => {
  test('keeps the old version running and reports the reason, once', () => {
    expect(reported(failed, 25)).toEqual(FAILURE)
    const another = after(failed, [30, wanting({ version: '1.4.0' }, 3)], [55, TICK])
    expect(reported(another, 55)).toEqual({ version: '1.4.0', status: 'done' })
  })

  test.each<[string, FirmwareEvent]>([
    ['a retry', { type: 'retry' }],
    ['the same version, sent again', wanting({ version: '1.3.0' }, 3)],
    ['another rollout, found after a restart', wanting({ version: '1.3.0', rollout: 'r2' }, 3, true)],
  ])('is tried again by %s', (_, event) => {
    expect(reported(after(failed, [30, event], [55, TICK]), 55)).toMatchObject({ version: '1.3.0', status: 'done' })
  })

  test('stays failed after a restart: the device remembers the failed request', () => {
    const restarted = after(newFirmware(FAILURE), [30, wanting({ version: '1.3.0' }, 3, true)], [99, TICK])
    expect(reported(restarted, 99)).toEqual(FAILURE)
    expect(reported(after(restarted, [100, { type: 'retry' }]), 100)).toMatchObject({ status: 'downloading' })
  })

  test('a retry without a failure does nothing', () => {
    expect(after(to130, [1, { type: 'retry' }])).toEqual(to130)
    expect(after(idle, [1, { type: 'retry' }])).toEqual(idle)
  })
})

describe('an invalid firmware request', () => {
  const name = 'expected a string of 1 to 64 characters without white space'
  test.each<[JsonValue, string]>([
    ['1.3.0', 'firmware is "1.3.0"; expected an object with a version'],
    [null, 'firmware is null; expected an object with a version'],
    [[], 'firmware is []; expected an object with a version'],
    [{}, 'firmware has no version'],
    [{ version: 5 }, `firmware.version is 5; ${name}`],
    [{ version: '' }, `firmware.version is ""; ${name}`],
    [{ version: '1 3' }, `firmware.version is "1 3"; ${name}`],
    [{ version: 'v'.repeat(65) }, `firmware.version is "${'v'.repeat(39)}…; ${name}`],
    [{ version: '1\u001b[2J' }, `firmware.version is "1\\u001b[2J"; ${name}`],
    [{ version: '1\u202e2\u009b' }, `firmware.version is "1\\u202e2\\u009b"; ${name}`],
    [{ version: `${'v'.repeat(38)}😀${'v'.repeat(30)}` }, `firmware.version is "${'v'.repeat(38)}\\ud83d…; ${name}`],
    [{ version: null }, `firmware.version is null; ${name}`],
    [{ version: '1.3.0', rollout: 7 }, `firmware.rollout is 7; ${name}`],
  ])('tells so and goes on running: %j', (value, error) => {
    expect(reported(after(idle, [0, wanting(value)], [99, TICK]), 99)).toEqual({
      version: '1.2.1',
      status: 'failed',
      error,
    })
  })

  test('is reported with its rollout, and ends with the next valid request', () => {
    const bad = after(to130, [5, wanting({ version: 5, rollout: 'r2' }, 3)])
    expect(reported(bad, 5)).toEqual({
      version: '1.2.1',
      status: 'failed',
      error: `firmware.version is 5; ${name}`,
      rollout: 'r2',
    })
    expect(reported(after(bad, [6, wanting({ version: '1.3.0' }, 4)]), 6)).toMatchObject({ status: 'downloading' })
  })

  test('of any kind throws nothing, and the device keeps running a version', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.jsonValue(), fc.boolean())), (requests) => {
        let [now, firmware] = [0, idle]
        for (const [step, value, isFirst] of requests) {
          firmware = after(firmware, [(now += step), wanting(value as JsonValue, 2, isFirst)])
        }
        expect(reported(firmware, now)['version']).toMatch(/^\S{1,64}$/)
      }),
    )
  })
})

describe('newFirmware()', () => {
  test('continues with the reported version, with or without an acknowledgment', () => {
    expect(newFirmware({ version: '2.0.0', status: 'done' }).version).toBe('2.0.0')
    expect(newFirmware({ version: { value: '2.0.0', ac: 200, av: 3 }, status: 'done' }).version).toBe('2.0.0')
  })

  test.each<[JsonValue | undefined]>([[undefined], [null], ['2.0.0'], [{ version: 2 }], [{ version: { value: {} } }]])(
    'is that of the factory where the hub remembers none: %j',
    (value) => {
      expect(newFirmware(value)).toEqual(idle)
    },
  )

  test('restarts a download that a restart interrupted', () => {
    const restarted = newFirmware(reported(after(to130, [10, TICK]), 10))
    expect(reported(after(restarted, [50, wanting({ version: '1.3.0', rollout: 'r1' }, 2, true)]), 50)).toMatchObject({
      status: 'downloading',
      progress: 0,
    })
  })
})

describe('firmwareProperties()', () => {
  test.each<[string, Firmware, object]>([
    ['idle', idle, { ac: 203, av: 0, ad: "the device's own" }],
    ['in progress', to130, { ac: 202, av: 2, ad: 'downloading 1.3.0' }],
    ['applying', after(to130, [20, TICK]), { ac: 202, av: 2, ad: 'applying 1.3.0' }],
    ['done', after(to130, [25, TICK]), { value: '1.3.0', ac: 200, av: 2 }],
    ['failed', failed, { ac: 500, av: 2, ad: FAILURE.error }],
    ['nonsense', after(idle, [0, wanting({}, 9)]), { ac: 400, av: 9, ad: 'firmware has no version' }],
  ])('answers the desired version: %s', (_, firmware, answer) => {
    expect(answerOf(firmware)).toEqual({ value: '1.2.1', ...answer })
  })

  test('answers a failed request that is the same at a restart, with its new version', () => {
    const again = after(failed, [30, wanting({ version: '1.3.0' }, 7, true)])
    expect(answerOf(again)).toMatchObject({ ac: 500, av: 7 })
    expect(reported(again, 30)).toEqual(FAILURE)
  })
})
