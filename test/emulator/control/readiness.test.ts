import { describe, expect, test } from 'vitest'
import { readiness } from '../../../emulator/src/control/control-app.ts'
import { start } from '../../support/hub.ts'

describe('GET /hub/ready', () => {
  test('answers 200 without a token when all ports listen', async () => {
    const hub = await start()
    const answer = await fetch(`${hub.endpoints.http}/hub/ready`)
    expect([answer.status, await answer.json()]).toEqual([200, { ready: true }])
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.get('strict-transport-security')).toBeNull()
    // A page of another origin can see that a hub runs, and nothing else.
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    const devices = await fetch(`${hub.endpoints.http}/hub/devices`)
    expect(devices.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  })

  test('answers 503 before that, and while the hub closes', async () => {
    const answer = readiness(false)
    expect([answer.status, await answer.json()]).toEqual([503, { ready: false }])
  })
})
