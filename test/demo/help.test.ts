import { expect, it } from 'vitest'
import { nodeFor, runProgram } from './program.ts'

const demos = [
  ['start', 'npm start'],
  ...[
    ...['get-twin', 'receive-desired-properties', 'update-reported-properties', 'all-together'],
    ...['send-telemetry', 'answer-methods', 'receive-messages', 'plug-and-play', 'firmware-update'],
  ].map((name) => [name, `npm run demo:${name}`] as const),
] as const

it.each(demos)('%s prints its help on request, and does nothing else', async (name, script) => {
  const file = `node-demo/${name}.ts`
  // Unchanged, as the script runs it.
  const { code, stdout, stderr } = await runProgram(file, ['--help'], {}, nodeFor(file))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.startsWith(`Usage: ${script} -- [options]\n\n`)).toBe(true)
  expect(stdout).toContain('-h, --help')
})

it.each(demos)('%s refuses an unknown option', async (name) => {
  const { code, stdout, stderr } = await runProgram(`node-demo/${name}.ts`, ['--hlep'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^Error in the arguments: Unknown option '--hlep'; show the options with --help\n$/)
})
