import { describe, expect, it } from 'vitest'
import { newRamp, nextRamp, type Ramp, type RampInput } from '../../../node-demo/fleet/ramp.ts'

const CALM = { attempts: 0, retries: 0, failures: 0, opening: 0 }

/** Runs the ramp in steps of 100 ms against a hub, and counts the starts of each second. */
function simulate(maxRate: number, seconds: number, hub: (second: number, started: number) => Partial<RampInput>) {
  let ramp: Ramp = newRamp(maxRate, 0)
  let started = 0
  const perSecond: number[] = []
  for (let tick = 1; tick <= seconds * 10; tick++) {
    const second = Math.floor((tick - 1) / 10)
    const [next, starts] = nextRamp(ramp, { ...CALM, attempts: started, ...hub(second, started), now: tick * 100 })
    ramp = next
    started += starts
    perSecond[second] = (perSecond[second] ?? 0) + starts
  }
  return { ramp, started, perSecond }
}

describe('nextRamp', () => {
  it('starts no more devices per second than the rate', () => {
    const { perSecond, started } = simulate(100, 10, () => ({}))
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(101)
    expect(started).toBeGreaterThanOrEqual(1000)
    expect(started).toBeLessThanOrEqual(1001)
  })

  it('supports rates below one per second', () => {
    expect(simulate(0.5, 10, () => ({})).started).toBe(5)
  })

  it('halves the rate while a hub rejects connections, and then returns to the full rate', () => {
    const throttled = simulate(100, 4, (_, started) => ({ failures: started }))
    expect(throttled.ramp.rate).toBeLessThanOrEqual(12.5)
    let ramp = throttled.ramp
    for (let second = 5; second < 40; second++) {
      const attempts = throttled.started + second
      ramp = nextRamp(ramp, { ...CALM, now: second * 1000, attempts, failures: throttled.started })[0]
    }
    expect(ramp.rate).toBe(100)
  })

  it('never falls below a twentieth of the rate, so that wrong keys do not stop the others', () => {
    const { ramp, perSecond } = simulate(100, 20, (_, started) => ({ failures: started }))
    expect(ramp.rate).toBe(5)
    expect(perSecond.at(-1)).toBeGreaterThanOrEqual(4)
  })

  it('tolerates a tenth of failures', () => {
    const { ramp } = simulate(100, 5, (_, started) => ({ failures: Math.floor(started / 10) }))
    expect(ramp.rate).toBe(100)
  })

  it('counts a retry as a connection', () => {
    const { started } = simulate(10, 10, (second) => ({ retries: 5 * (second + 1) }))
    expect(started).toBeLessThanOrEqual(55)
    expect(started).toBeGreaterThan(40)
  })

  it('waits while the hub is five seconds behind', () => {
    const { started } = simulate(100, 10, (_, count) => ({ opening: count }))
    expect(started).toBeGreaterThanOrEqual(500)
    expect(started).toBeLessThanOrEqual(525)
  })

  it('continues a second after a storm of retries', () => {
    const { perSecond } = simulate(10, 4, (second) => ({ retries: second < 1 ? 0 : 500 }))
    expect(perSecond[1]).toBeLessThanOrEqual(1)
    expect(perSecond[3]).toBeGreaterThanOrEqual(9)
  })
})
