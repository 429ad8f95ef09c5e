import { describe, expect, it } from 'vitest'
import type { ConfigurationDocument, NewConfiguration } from '../../service/src/hub/configurations.ts'
import {
  idOf,
  newRollout,
  paused,
  readRollout,
  resumed,
  rolloutsIn,
} from '../../service/src/rollout/firmware-configuration.ts'
import { countsOf, progressText } from '../../service/src/rollout/rollout-counts.ts'

/** A configuration as the hub returns it. */
function stored(configuration: NewConfiguration, results: Record<string, number> = {}): ConfigurationDocument {
  const { targetedCount, appliedCount, ...custom } = results
  return {
    ...configuration,
    createdTimeUtc: '2026-11-28T00:00:00.0000000Z',
    etag: 'MQ==',
    systemMetrics: { results: targetedCount === undefined ? {} : { targetedCount, appliedCount: appliedCount ?? 0 } },
    metrics: { ...configuration.metrics, results: custom },
  }
}

describe('a rollout as a configuration', () => {
  it('has an ID that IoT Hub accepts, the same for the same version and devices', () => {
    const id = idOf('1.3.0-Beta_ü', "tags.site = 'lab'")
    expect(id).toMatch(/^[a-z0-9-]{1,128}$/)
    expect(id).toBe(idOf('1.3.0-Beta_ü', "tags.site = 'lab'"))
    expect(new Set([id, idOf('1.3.0-Beta_ü', undefined), idOf('1.3.0', "tags.site = 'lab'")]).size).toBe(3)
  })

  it('has a metric for each state, within the limit of five', () => {
    const { metrics, content, targetCondition } = newRollout('1.3.0', undefined, 'r1', 7)
    expect(Object.keys(metrics.queries)).toEqual(['downloading', 'applying', 'done', 'failed'])
    expect(content).toEqual({ deviceContent: { 'properties.desired.firmware': { version: '1.3.0', rollout: 'r1' } } })
    expect(targetCondition).toBe('*')
  })

  it.each([undefined, "tags.site = 'lab'", 'tags.a = 1 OR (tags.b = 2)'])(
    'targets only devices that have started while it is paused, and all again later: %s',
    (where) => {
      const rollout = readRollout(stored(newRollout('1.3.0', where, 'r1', 7)))
      expect(rollout).toMatchObject({ version: '1.3.0', rollout: 'r1', where, isPaused: false, priority: 7 })
      if (rollout === undefined) throw new Error('no rollout')
      const stopped = paused(rollout)
      expect(stopped.targetCondition).toBe(
        `${where === undefined ? '' : `(${where}) AND `}properties.reported.firmware.rollout = 'r1'`,
      )
      const read = readRollout(stopped)
      expect(read).toMatchObject({ where, isPaused: true })
      expect(read && resumed(read).targetCondition).toBe(where ?? '*')
    },
  )

  it('differs from every other configuration of the hub', () => {
    const mine = newRollout('1.3.0', undefined, 'r1', 1)
    const others = [
      { ...mine, labels: {} },
      { ...mine, content: {} },
      { ...mine, content: { deviceContent: { 'properties.desired.firmware': { version: 1 } } } },
    ]
    const higher = stored(newRollout('1.4.0', undefined, 'r2', 2))
    expect(
      rolloutsIn([...others, mine].map((each) => stored(each)).concat(higher)).map(({ version }) => version),
    ).toEqual(['1.4.0', '1.3.0'])
  })
})

describe('the counts of a rollout', () => {
  const count = (results: Record<string, number>): ReturnType<typeof countsOf> =>
    countsOf(stored(newRollout('1.3.0', undefined, 'r1', 1), results))

  it('are unknown until the hub has counted all of them', () => {
    expect(count({})).toBeUndefined()
    expect(count({ targetedCount: 3, appliedCount: 3, done: 1 })).toBeUndefined()
  })

  it.each([
    [{ targetedCount: 0, appliedCount: 0 }, 'no device yet'],
    [
      { targetedCount: 9, appliedCount: 7, downloading: 1, done: 2 },
      '4 waiting, 1 downloading, 2 done, 2 with another rollout',
    ],
    // The hub runs the queries one after the other.
    [{ targetedCount: 2, appliedCount: 2, applying: 1, done: 2 }, '1 applying, 2 done'],
  ])('of %j are described as %s', (results, text) => {
    const counts = count({ downloading: 0, applying: 0, done: 0, failed: 0, ...results })
    expect(counts && progressText(counts)).toBe(text)
  })
})
