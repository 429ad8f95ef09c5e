import fc from 'fast-check'
import type { JsonObject } from 'hubtwin'
import { describe, expect, test } from 'vitest'
import { mergePatch } from '../../support/merge-patch.ts'
import {
  type DeviceEvent,
  extendHistory,
  HISTORY_IN_MS,
  isDue,
  newDevice,
  NEW_PACE,
  nextDevice,
  paceAfter,
  patchToReport,
  type Sample,
  withoutDevice,
} from '../../../device-models/src/index.ts'

const SECOND = 1000

function desired(properties: JsonObject, version = 2, patch = properties, isFirst = false): DeviceEvent {
  return { type: 'desired', desired: properties, version, patch, isFirst }
}

describe('patchToReport()', () => {
  test('leaves nothing to report after the hub accepts it, for any earlier state', () => {
    const junk = fc.dictionary(
      fc.constantFrom('temperature', 'target', 'error', 'version', 'status', 'x'),
      fc.jsonValue(),
    )
    const before = fc.record({ climate: fc.oneof(junk, fc.constant(5)), firmware: fc.oneof(junk, fc.constant('no')) })
    fc.assert(
      fc.property(before, fc.boolean(), (reported, isMarked) => {
        const start = mergePatch(reported as JsonObject, isMarked ? { climate: { __t: 'c' } } : {})
        const device = nextDevice(newDevice(0), desired({ climate: { target: 23 }, firmware: { version: '2' } }), 0)
        const has = mergePatch(start, patchToReport(device, start, 5))
        expect(patchToReport(device, has, 5)).toEqual({})
      }),
    )
  })

  test('marks its components in every patch, and acknowledges the writable properties', () => {
    const device = nextDevice(newDevice(0), desired({ climate: { target: 23 } }), 0)
    const has = mergePatch({}, patchToReport(device, {}, 0))
    expect(has).toMatchObject({
      climate: { __t: 'c', temperature: 18, target: { value: 23, ac: 200, av: 2 }, fanOn: { value: false, ac: 203 } },
      firmware: { __t: 'c', version: { value: '1.2.1', ac: 203, av: 0 }, status: 'idle' },
    })
    expect(patchToReport(device, has, 10 * SECOND)).toEqual({ climate: { __t: 'c', temperature: 19.4 } })
  })

  test('replaces the bare values of a device without Plug and Play', () => {
    const bare = { climate: { temperature: 18, target: 20, fanOn: false }, firmware: { version: '1.2.1' } }
    const device = newDevice(0, bare)
    expect(mergePatch(bare, patchToReport(device, bare, 0))).toEqual(mergePatch({}, patchToReport(device, {}, 0)))
  })

  test('repeats an acknowledgment as a whole, and deletes its old description', () => {
    const refused = nextDevice(newDevice(0), desired({ climate: { target: 'warm' } }), 0)
    const has = mergePatch({}, patchToReport(refused, {}, 0))
    const accepted = nextDevice(refused, desired({ climate: { target: 25 } }, 3), 0)
    expect(patchToReport(accepted, has, 0)['climate']).toMatchObject({
      target: { value: 25, ac: 200, av: 3, ad: null },
    })
  })

  test('leaves other reported keys alone', () => {
    const reported: JsonObject = { climate: { minTemperature: 69 }, weather: 'fine' }
    const patch = patchToReport(newDevice(0), reported, 0)
    expect(mergePatch(reported, patch)).toMatchObject({ climate: { minTemperature: 69 }, weather: 'fine' })
  })

  test('deletes the progress of a finished download', () => {
    const started = nextDevice(newDevice(0), desired({ firmware: { version: '2' } }), 0)
    const has = mergePatch({}, patchToReport(started, {}, 0))
    const done = nextDevice(started, { type: 'tick' }, 99 * SECOND)
    expect(patchToReport(done, has, 99 * SECOND)['firmware']).toEqual({
      __t: 'c',
      version: { value: '2', ac: 200, av: 2, ad: null },
      status: 'done',
      pending: null,
      progress: null,
    })
  })
})

describe('nextDevice()', () => {
  test('applies only changed parts: a new target does not retry a failed firmware', () => {
    const failing = nextDevice(newDevice(0), { type: 'fail-next', isOn: true }, 0)
    const both = { climate: { target: 21 }, firmware: { version: '2' } }
    const failed = nextDevice(nextDevice(failing, desired(both), 0), { type: 'tick' }, 60 * SECOND)
    expect(failed.firmware.state.type).toBe('failed')
    const warmer = desired({ ...both, climate: { target: 25 } }, 3, { climate: { target: 25 } })
    const then = nextDevice(failed, warmer, 60 * SECOND)
    expect(then.firmware.state.type).toBe('failed')
    expect(then.thermostat.target).toEqual({ value: 25, ac: 200, av: 3 })
  })

  test('answers only the properties that a patch has', () => {
    const both = nextDevice(newDevice(0), desired({ climate: { target: 21, fanOn: true } }), 0)
    const warmer = desired({ climate: { target: 25, fanOn: true } }, 3, { climate: { target: 25 } })
    const { target, fanOn } = nextDevice(both, warmer, 0).thermostat
    expect([target.av, fanOn.av]).toEqual([3, 2])
    const none = nextDevice(both, desired({}, 4, { climate: null }), 0).thermostat
    expect([none.target, none.fanOn]).toMatchObject([
      { value: 20, ac: 203, av: 0 },
      { value: false, ac: 203, av: 0 },
    ])
  })

  test('applies a whole twin after it is read again', () => {
    const device = nextDevice(newDevice(0), desired({ climate: { target: 25 } }, 3, {}, true), 0)
    expect(device.thermostat.target.value).toBe(25)
  })
})

describe('newDevice()', () => {
  test('continues with the reported temperature, if a room can have it', () => {
    expect(newDevice(0, { climate: { temperature: 21.4 } }).thermostat.temperature).toBe(21.4)
    expect(newDevice(0, { climate: { temperature: 1e9 } }).thermostat.temperature).toBe(18)
    expect(newDevice(0, { climate: 'cold' }).thermostat.temperature).toBe(18)
  })
})

describe('a device that starts again', () => {
  const before = nextDevice(newDevice(0), desired({ climate: { target: 25, fanOn: true } }, 5), 0)
  const refused = nextDevice(before, desired({ climate: { target: 'warm', fanOn: true } }, 6), 0)
  const reported = mergePatch({}, patchToReport(refused, {}, 0))

  function restart(properties: JsonObject, version: number): ReturnType<typeof newDevice>['thermostat'] {
    return nextDevice(newDevice(0, reported), desired(properties, version, properties, true), 0).thermostat
  }

  test('has its settings from its acknowledgments', () => {
    expect(newDevice(0, reported).thermostat).toMatchObject({
      target: { value: 25, ac: 400, av: 6 },
      fanOn: { value: true, ac: 200, av: 6 },
    })
  })

  test('answers nothing that it has answered', () => {
    const wanted = { climate: { target: 'warm', fanOn: true } }
    const { target, fanOn } = restart(wanted, 6)
    expect([target, fanOn]).toEqual([refused.thermostat.target, refused.thermostat.fanOn])
  })

  test.each([{}, { __t: 'c' }])('applies the desired values that are newer than their acknowledgment: %j', (marker) => {
    const { target, fanOn } = restart({ climate: { ...marker, target: 30, fanOn: false } }, 7)
    expect([target, fanOn]).toEqual([
      { value: 30, ac: 200, av: 7 },
      { value: false, ac: 200, av: 7 },
    ])
  })

  test('returns to its own value when nothing is desired any more', () => {
    expect(restart({ climate: { fanOn: true } }, 6)).toMatchObject({
      target: { value: 20, ac: 203, av: 0 },
      fanOn: { value: true, ac: 200, av: 6 },
    })
  })

  test('ignores an acknowledgment with an impossible value', () => {
    const odd = mergePatch(reported, { climate: { target: { value: 1e9 } } })
    expect(newDevice(0, odd).thermostat.target).toMatchObject({ value: 20, ac: 203, av: 0 })
  })
})

describe('withoutDevice()', () => {
  test('removes the keys that the device itself answers', () => {
    const patch = { climate: { target: 23, minTemperature: 69 }, firmware: { version: '2' }, modules: { a: 1 } }
    expect(withoutDevice(patch)).toEqual({ climate: { minTemperature: 69 }, modules: { a: 1 } })
    expect(withoutDevice({ climate: { fanOn: true } })).toEqual({})
    expect(withoutDevice({ climate: 5 })).toEqual({})
    expect(withoutDevice({ climate: { __t: 'c', target: 23 } })).toEqual({})
    expect(withoutDevice({ climate: { __t: 'c', target: 23, minTemperature: 69 } })).toEqual({
      climate: { __t: 'c', minTemperature: 69 },
    })
  })
})

describe('isDue()', () => {
  const warmer: JsonObject = { climate: { temperature: 18.1 } }
  const sent = paceAfter({ climate: { temperature: 18 } }, 0)

  test('sends temperature and progress at the pace, and other changes at once', () => {
    expect(isDue(sent, warmer, 10 * SECOND, 9 * SECOND)).toBe(false)
    expect(isDue(sent, warmer, 10 * SECOND, 10 * SECOND)).toBe(true)
    expect(isDue(sent, { firmware: { progress: 5 } }, 10 * SECOND, 9 * SECOND)).toBe(false)
    expect(isDue(sent, { firmware: { progress: null, status: 'applying' } }, 10 * SECOND, 1)).toBe(true)
    expect(isDue(sent, { climate: { temperature: 18, target: 23 } }, 10 * SECOND, 1)).toBe(true)
  })

  test('sends no empty report, and the first report at once', () => {
    expect(isDue(NEW_PACE, {}, SECOND, 0)).toBe(false)
    expect(isDue(NEW_PACE, warmer, SECOND, 0)).toBe(true)
  })

  test('waits before it repeats a report that the hub refused', () => {
    const refused = { firmware: { status: 'done' } }
    expect(isDue(paceAfter(refused, 0), refused, SECOND, 4 * SECOND)).toBe(false)
    expect(isDue(paceAfter(refused, 0), refused, SECOND, 5 * SECOND)).toBe(true)
  })

  test('continues after a clock is set back', () => {
    expect(isDue(paceAfter(warmer, 100 * SECOND), warmer, SECOND, 0)).toBe(true)
  })
})

describe('extendHistory()', () => {
  const { thermostat } = newDevice(0)

  test('has a sample for every second, with or without a tick', () => {
    const ticked = [10, 11, 12, 60].reduce<readonly Sample[]>(
      (history, at) => extendHistory(history, thermostat, at * SECOND),
      [],
    )
    expect(ticked).toEqual(extendHistory([], thermostat, 60 * SECOND))
    expect(ticked.map(({ at }) => at / SECOND)).toEqual(Array.from({ length: 61 }, (_, index) => index))
  })

  test('never holds more than five minutes, even after hours', () => {
    const history = extendHistory(extendHistory([], thermostat, 60 * SECOND), thermostat, 9 * 3600 * SECOND)
    expect(history.length).toBeLessThanOrEqual(301)
    expect(history[0]?.at).toBeGreaterThanOrEqual(9 * 3600 * SECOND - HISTORY_IN_MS)
  })

  test('starts again when the clock is set back', () => {
    const history = extendHistory(extendHistory([], thermostat, 60 * SECOND), thermostat, 30 * SECOND)
    expect(history.map(({ at }) => at)).toEqual([30 * SECOND])
  })
})
