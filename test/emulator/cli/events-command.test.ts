import { describe, expect, test } from 'vitest'
import { runCli, type Run } from '../../support/cli-process.ts'
import { start } from '../../support/hub.ts'
import { within } from '../../support/waits.ts'

/** Resolves when the command has printed the text. */
function said(run: Run, text: string): Promise<void> {
  return within(
    `"${text}"`,
    new Promise((resolve) => {
      const check = (): void => {
        if (run.output().includes(text)) resolve()
      }
      run.process.stdout?.on('data', check)
      run.process.stderr?.on('data', check)
      check()
    }),
  )
}

describe('hubtwin-emulator events', () => {
  test('prints the selected events, one per line, waits for a hub that stopped, and ends with Ctrl+C', async () => {
    const hub = await start({ devices: ['a', 'b'] })
    const options = ['--device', 'a', '--type', 'twin-changed', '--type', 'identity-created', '--recent', '9']
    const run = runCli(['events', '--hub', hub.endpoints.http, ...options])
    await said(run, '"sequence":2')
    await hub.updateTwin('b', { tags: { x: 1 } })
    await hub.updateTwin('a', { tags: { x: 2 } })
    await said(run, '{"x":2}')
    const lines = run.output().trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { deviceId: 'a', type: 'identity-created' },
      { deviceId: 'a', type: 'twin-changed', change: { tags: { x: 2 } } },
    ])
    const { securePort, plainPort, mqttPort } = hub
    await hub.close()
    await said(run, 'is not available')
    await start({ securePort, plainPort, mqttPort, devices: ['a'] })
    await said(run, '"count":null')
    run.process.kill('SIGINT')
    expect(await run.exit).toBe(0)
  })

  test.each([
    [['--type', 'nonsense'], 2, /A type must be one of connected, /],
    [['--recent', 'many'], 2, /The number of past events must be/],
    [['--hub', 'nonsense'], 2, /^option '--hub <url>' argument 'nonsense' is invalid\. Expected a URL such as /],
    [
      ['--hub', 'http://127.0.0.1:1'],
      1,
      /^No hub answers at http:\/\/127\.0\.0\.1:1: no HTTP client connects to port 1, which another protocol uses\n$/,
    ],
  ] as const)('%j ends with exit code %i and the reason', async (args, code, output) => {
    const run = runCli(['events', ...args])
    expect(await run.exit).toBe(code)
    expect(run.output()).toMatch(output)
  })
})
