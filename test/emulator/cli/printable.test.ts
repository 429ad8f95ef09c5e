import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { printable, printableError, printableLines } from '../../../emulator/src/cli/printable.ts'
import { runCli } from '../../support/cli-process.ts'
import { later } from '../../support/cleanup.ts'
import { start } from '../../support/hub.ts'
import { within } from '../../support/waits.ts'

/**
 * Writes to the clipboard, clears the screen, forges a line, and reverses text, with 7-bit and
 * 8-bit controls.
 */
const HOSTILE =
  '\u001b]52;c;aGk=\u0007\u001b[2J\nkiosk-8: done\r\u009b2J\u007f\u202etxt.exe\u2066\u2028\ufeff\u{e0041}\ud800'
// oxlint-disable-next-line no-misleading-character-class
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

describe('printable()', () => {
  test('escapes control and invisible characters, and keeps the value of JSON', () => {
    const line = printable(JSON.stringify({ [HOSTILE]: HOSTILE }))
    expect(line).not.toMatch(UNSAFE)
    expect(JSON.parse(line)).toEqual({ [HOSTILE]: HOSTILE })
    expect(printable('\u001b[2J\u{e0041}')).toBe('\\u001b[2J\\udb40\\udc41')
  })

  test('keeps text in any language', () => {
    const text = 'Grüße, 日本語, עברית, 👍 – "quoted" \\ back'
    expect(printable(text)).toBe(text)
  })

  test('keeps the line breaks of a multiline text', () => {
    expect(printableLines('a\n\u001bb\r\n')).toBe('a\n\\u001bb\\u000d\n')
  })

  test('shows an error with its stack and causes, each message on its own line', () => {
    const lines = printableError(new Error(HOSTILE, { cause: new TypeError(HOSTILE) })).split('\n')
    expect(lines.filter((line) => !line.startsWith('    at '))).toEqual([
      `Error: ${printable(HOSTILE)}`,
      `Caused by TypeError: ${printable(HOSTILE)}`,
    ])
    expect(lines.join('')).not.toMatch(UNSAFE)
    expect(printableError(HOSTILE)).toBe(printable(HOSTILE))
  })
})

/** Starts a server that answers in place of a hub. */
async function impostor(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  later(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('hubtwin-emulator', () => {
  test("prints a device's telemetry as JSON without control characters", async () => {
    const hub = await start()
    const run = runCli(['events', '--hub', hub.endpoints.http])
    const printed = within(
      'the event',
      new Promise<void>((resolve) => run.process.stdout?.on('data', () => run.output().includes('"x"') && resolve())),
    )
    const ticking = setInterval(() => void hub.updateTwin('device1', { tags: { x: HOSTILE } }), 200)
    later(() => clearInterval(ticking))
    await printed
    const [line = ''] = run.output().split('\n')
    expect(line).not.toMatch(UNSAFE)
    expect(JSON.parse(line)).toMatchObject({ change: { tags: { x: HOSTILE } } })
  })

  test.each([
    ['fault list', 200, [{ id: 1, fault: 'kick', device: HOSTILE, injected: 0 }]],
    ['clock show', 200, { now: HOSTILE, isStopped: false }],
    ['clock show', 403, { message: HOSTILE }],
    ['events', 403, { message: HOSTILE }],
  ])('prints the answer of a hub to "%s" with status %i on one line', async (command, status, answer) => {
    const run = runCli([...command.split(' '), '--hub', await impostor(status, JSON.stringify(answer))])
    await run.exit
    expect(run.output()).toContain('kiosk-8: done')
    expect(run.output().trimEnd()).not.toMatch(UNSAFE)
  })

  test('prints a snapshot without control characters', async () => {
    const run = runCli(['snapshot', '--hub', await impostor(200, `${HOSTILE}\n${HOSTILE}`)])
    expect(await run.exit).toBe(0)
    expect(run.output().replaceAll('\n', '')).not.toMatch(UNSAFE)
  })
})
