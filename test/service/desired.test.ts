import type { Hub } from 'hubtwin-emulator'
import { describe, expect, it } from 'vitest'
import { type Ended, runProgram } from '../demo/program.ts'
import { useHub } from '../support/use-hub.ts'

let hub: Hub
useHub((started) => (hub = started))

function desired(...args: readonly string[]): Promise<Ended> {
  return runProgram('service/dist/cli.js', ['desired', ...args], {
    IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }),
  })
}

describe('desired get and desired set', () => {
  it('desired set merges a patch and prints the result, and desired get prints the same', async () => {
    const set = await desired('set', '{"climate":{"min":69},"old":null}')
    expect(set).toMatchObject({ code: 0, stderr: '' })
    const shown = JSON.parse(set.stdout) as { etag: string }
    expect(shown).toEqual({ etag: expect.any(String) as string, version: 2, desired: { climate: { min: 69 } } })
    expect(JSON.parse((await desired('get')).stdout)).toEqual(shown)
  })

  it('desired set with an etag changes nothing if the twin has changed, and says what to do', async () => {
    const { etag } = JSON.parse((await desired('get')).stdout) as { etag: string }
    await hub.updateTwin('device1', { properties: { desired: { theme: 'dark' } } })
    const late = await desired('set', '{"theme":"light"}', '--etag', etag)
    expect(late).toEqual({
      code: 1,
      stdout: '',
      stderr: `device1 has changed since etag ${etag}, so nothing was set; read it again: npm run service -- desired get -d device1\n`,
    })
    expect(hub.twin('device1')).toMatchObject({ properties: { desired: { theme: 'dark' } } })
    const { etag: fresh } = JSON.parse((await desired('get')).stdout) as { etag: string }
    expect((await desired('set', '{"theme":"light"}', '--etag', fresh)).code).toBe(0)
  })

  it.each(['light', '[1]', 'null'])('desired set refuses %s', async (text) => {
    const { code, stderr } = await desired('set', text)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^Patch: .+ a JSON object such as .+\n$/)
  })
})
