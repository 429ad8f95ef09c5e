import type { Hub } from 'hubtwin-emulator'
import { expect, it } from 'vitest'
import { bulkUpdate } from '../../service/src/commands/bulk-update.ts'
import { openRegistry } from '../../service/src/index.ts'
import { type Program, startProgram } from '../demo/program.ts'
import { useHub } from '../support/use-hub.ts'

const IDS = ['a-1', 'a-2', 'b-1']
let hub: Hub
useHub((started) => (hub = started), { devices: IDS })

function service(...args: readonly string[]): Program {
  return startProgram('service/dist/cli.js', args, {
    IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }),
  })
}

it('tags --where changes the tags of many devices with a job, and prints its progress', async () => {
  const { code, stdout, stderr } = await service(
    'tags',
    '--set',
    '{"site":"lab"}',
    '--where',
    "STARTSWITH(deviceId, 'a-')",
  ).ended
  expect(code).toBe(0)
  expect(stderr).toMatch(/^The job hubtwin-tags-\S+ updates 2 devices, even if you close this terminal\n$/)
  expect(stdout).toMatch(/hubtwin-tags-\S+: 2 updated\n$/)
  expect(IDS.map((id) => hub.twin(id)['tags'])).toEqual([{ site: 'lab' }, { site: 'lab' }, {}])
})

it('desired set --where continues without its terminal, and --job watches it again', async () => {
  const first = service('desired', 'set', '{"theme":"dark"}', '--where', '*', '--timeout', '0.5')
  await first.warns('updates 4 devices')
  const job = /The job (\S+) updates/.exec(first.warned())?.[1] ?? ''
  first.stop('SIGKILL')
  await first.ended
  const second = await service('desired', 'set', '--job', job).ended
  expect(second).toEqual({ code: 0, stdout: `${job}: 4 updated\n`, stderr: '' })
  expect(hub.twin('b-1')).toMatchObject({ properties: { desired: { theme: 'dark' } } })
})

it('desired set --where names the devices that a job could not update, and exits with 1', async () => {
  const large = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`k${at}`, 'x'.repeat(4000)]))
  await hub.updateTwin('b-1', { properties: { desired: large } })
  const { code, stdout } = await service(
    'desired',
    'set',
    JSON.stringify({ more: 'x'.repeat(4000) }),
    '--where',
    "deviceId IN ['a-1', 'b-1']",
  ).ended
  expect(code).toBe(1)
  expect(stdout).toContain(': 1 updated, 1 failed\n')
  expect(stdout).toMatch(/│ b-1 {4}│ desired must not exceed 32768 bytes/)
})

it.each<[string, Parameters<typeof bulkUpdate>[2], Partial<Parameters<typeof bulkUpdate>[3]>, RegExp]>([
  [
    'a condition without devices',
    { json: '{"a":1}' },
    { where: 'tags.none = 1' },
    /^No device matches --where tags.none = 1$/,
  ],
  ['a job with a patch', { json: '{"a":1}' }, { job: 'x' }, /^--job watches a job that exists/],
  ['no patch', {}, { where: '*' }, /^Patch: expected either JSON/],
  ['an unknown job', {}, { job: 'none' }, /answered 404/],
])('bulkUpdate() refuses %s', async (_case, input, options, message) => {
  const registry = openRegistry(hub.connectionStrings.service({ plain: true }))
  await expect(bulkUpdate(registry, 'desired', input, { timeout: 1, ...options })).rejects.toThrow(message)
})

it.each([
  [['tags', '--set', '{}', '--where', 'tags.a ='], 'tags.a =', 9],
  [['rollout', 'firmware', '1.3.0', '--by', 'terminal', '--where', 'x x'], 'x x', 3],
])('%j names the column of the condition, and not of the query around it', async (args, where, column) => {
  const { code, stderr } = await service(...args).ended
  expect(code).toBe(1)
  expect(stderr).toContain(`: --where ${where}: `)
  expect(stderr).toContain(`The query is not valid: Line 1, col ${column}: expected`)
})
