import { describe, expect, it } from 'vitest'
import { type CounterName, type Counts, createCounters } from '../../../node-demo/fleet/counters.ts'
import { type Launch, type LaunchInput, newLaunch, nextLaunch } from '../../../node-demo/fleet/launch.ts'

const MISSING = { code: 'ERR_UNREACHABLE', message: 'no hub', cause: 'ECONNREFUSED' } as const
const LOST = { code: 'ERR_INTERRUPTED', message: 'lost' } as const

function counted(counts: Partial<Record<CounterName, number>>): Counts {
  return { ...createCounters().read(), ...counts }
}

function input(counts: Partial<Record<CounterName, number>>, more: Partial<LaunchInput> = {}): LaunchInput {
  return { now: 1000, counts: counted(counts), failures: [], ...more }
}

function probing(devices: number): Launch {
  return nextLaunch(newLaunch(devices, 100, 0), input({}))[0]
}

describe('nextLaunch', () => {
  it.each([
    [10_000, 3],
    [2, 2],
  ])('starts a few of %i devices first: %i', (devices, count) => {
    expect(nextLaunch(newLaunch(devices, 100, 0), input({}))[1]).toEqual({ type: 'start', count })
  })

  it('gives up when the first devices find no hub', () => {
    const down = input({ started: 3, failures: 3, waiting: 3 }, { failures: [MISSING] })
    expect(nextLaunch(probing(10), down)[1]).toEqual({ type: 'give up', failure: MISSING })
  })

  it('waits while another of the first devices still connects', () => {
    const partly = input({ started: 3, failures: 2, waiting: 2, connecting: 1 }, { failures: [MISSING] })
    expect(nextLaunch(probing(10), partly)[1]).toEqual({ type: 'none' })
  })

  it('waits after a failure that may pass, and gives up after a minute', () => {
    const failing = { started: 3, failures: 3, waiting: 3 }
    expect(nextLaunch(probing(10), input(failing, { failures: [LOST] }))[1]).toEqual({ type: 'none' })
    const late = input(failing, { failures: [LOST], now: 60_000 })
    expect(nextLaunch(probing(10), late)[1]).toEqual({ type: 'give up', failure: LOST })
  })

  it('starts the others at the rate after the first sync, and never more than there are', () => {
    let launch = nextLaunch(probing(7), input({ started: 3, synced: 1, attempts: 3, failures: 2 }))[0]
    let started = 3
    for (let now = 1100; now < 3000; now += 100) {
      const [next, action] = nextLaunch(launch, input({ started, synced: 1, attempts: started }, { now }))
      launch = next
      if (action.type === 'start') started += action.count
    }
    expect(started).toBe(7)
    expect(launch).toEqual({ type: 'launched' })
  })

  it('waits for threads that are behind with their orders, and orders no device twice', () => {
    let launch = nextLaunch(probing(2000), input({ started: 3, synced: 3, attempts: 3 }))[0]
    let ordered = 3
    for (let now = 1100; now < 30_000; now += 100) {
      const [next, action] = nextLaunch(launch, input({ started: 3, synced: 3, attempts: 3 }, { now }))
      launch = next
      if (action.type === 'start') ordered += action.count
    }
    // At 100 per second, the fleet waits when the hub is five seconds behind.
    expect(ordered).toBeGreaterThanOrEqual(500)
    expect(ordered).toBeLessThan(530)
  })
})
