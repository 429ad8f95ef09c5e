import { readFileSync } from 'node:fs'
import { openTwin } from 'hubtwin'
import { startHub } from 'hubtwin-emulator'
import { globSync } from 'tinyglobby'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { printable as printableOfDemos } from '../../node-demo/terminal.ts'
import { ServiceError } from '../../service/src/hub/service-error.ts'
import { newRollout, readRollout } from '../../service/src/rollout/firmware-configuration.ts'
import { rolloutLines, rolloutTable } from '../../service/src/rollout/hub-screen.ts'
import { lineScreen, tableText } from '../../service/src/rollout/screen.ts'
import { printable } from '../../service/src/tokens/base/printable.ts'
import { auditLine } from '../../service/src/tokens/index.ts'
import { runProgram, startProgram } from '../demo/program.ts'

/**
 * A clipboard write (OSC 52), a clear screen (CSI, as C0 and as C1), a forged line, reversed text,
 * half of a surrogate pair.
 */
const HOSTILE = '\u001b]52;c;cm0=\u0007\u001b[2J\u009b2Jx\nkiosk-8: done\r\u2028\u202eabc\u2066\u200b\ud800'
const ESCAPED =
  '\\u001b]52;c;cm0=\\u0007\\u001b[2J\\u009b2Jx\\u000akiosk-8: done\\u000d\\u2028\\u202eabc\\u2066\\u200b\\ud800'

/** Expects no control except line breaks, and no character that hides or reorders others. */
function expectSafe(output: string): void {
  expect(output).not.toMatch(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u)
  expect(output.split('\n')).not.toContain('kiosk-8: done')
}

describe.each([
  ['the back end', printable],
  ['the demos', printableOfDemos],
])('printable() of %s', (_, escape) => {
  it('printable() escapes the characters that a terminal obeys, and keeps other text', () => {
    expect(escape(HOSTILE)).toBe(ESCAPED)
    for (const text of ['kiosk-7', 'Größe: 20 °C', '日本語', '😀', 'שלום', '\\n']) expect(escape(text)).toBe(text)
  })

  it('printable() keeps the meaning of JSON', () => {
    const value = { [HOSTILE]: [HOSTILE, '\u007f\u0085'] }
    expect(JSON.parse(escape(JSON.stringify(value)))).toEqual(value)
  })
})

describe('output', () => {
  it('output of the back end and of the demos goes through a single file each', () => {
    // The examples of docstrings may print.
    const codeOf = (file: string): string => readFileSync(file, 'utf8').replaceAll(/^ *\*.*$/gm, '')
    const writers = (pattern: string): string[] =>
      globSync(pattern).filter((file) => /console\.\w+\(|process\.std(out|err)\.write/.test(codeOf(file)))
    // cli.ts prints commander's messages, escaped.
    expect(writers('service/src/**/*.ts').sort()).toEqual(['service/src/cli.ts', 'service/src/terminal.ts'])
    const withData = globSync('node-demo/*.ts').filter((file) =>
      /console\.\w+\((?!\)|'|yellow\(|`\$\{actor\})/.test(codeOf(file)),
    )
    expect(withData).toEqual(['node-demo/terminal.ts'])
  })

  it('output of a rollout is a safe line for each step, and a safe table', () => {
    const lines: string[] = []
    const screen = lineScreen((line) => lines.push(line))
    const state = { type: 'failed', error: HOSTILE + 'x'.repeat(4000) } as const
    const fleet = new Map([['kiosk-7', state]])
    screen.show({ type: 'changed', deviceId: 'kiosk-7', state, fleet })
    screen.show({ type: 'paused', inMs: 1000, error: new ServiceError('ERR_HUB', HOSTILE) })
    expect(lines).toHaveLength(2)
    expect(lines[0]?.length).toBeLessThan(300)
    expectSafe([...lines, tableText(fleet, 5)].join('\n'))
  })

  it('output of a rollout by the hub is safe on a terminal, too', () => {
    const configuration = {
      ...newRollout(HOSTILE, HOSTILE, 'r1', 1),
      createdTimeUtc: '',
      etag: '',
      systemMetrics: { results: {} },
      metrics: { queries: {}, results: {} },
    }
    const rollout = readRollout(configuration)
    if (rollout === undefined) throw new Error('no rollout')
    const counts = { targeted: 2, applied: 2, downloading: 0, applying: 0, done: 0, failed: 1 }
    const failures = [{ deviceId: HOSTILE, error: HOSTILE + 'x'.repeat(4000) }]
    const live = rolloutLines({ rollout, counts, failures }, true)
    expect(live).toHaveLength(2)
    expectSafe([...live, ...rolloutLines({ rollout, counts, failures }, false), rolloutTable([rollout])].join('\n'))
  })

  it('output of the audit log is a safe line of JSON', () => {
    const event = { time: 'now', event: 'token', outcome: 'ok', subject: HOSTILE } as const
    expectSafe(auditLine(event))
    expect(JSON.parse(auditLine(event))).toEqual(event)
  })
})

describe('a hostile device', () => {
  let hub: Awaited<ReturnType<typeof startHub>>
  /** Without the half of a surrogate pair, which a hub refuses. */
  const text = HOSTILE.slice(0, -1)
  beforeAll(async () => {
    hub = await startHub({ devices: ['kiosk-7'] })
    const twin = openTwin(hub.connectionStrings.device('kiosk-7', { plain: true }))
    await twin.ready()
    const firmware = { version: '1.2.1', pending: '1.3.0', status: 'failed', error: text, rollout: 'r1' }
    await twin.report({ firmwareVersion: text, weather: { temperature: { inside: text } }, firmware })
    await twin.close()
    await service('desired', 'set', JSON.stringify({ firmware: { version: '1.3.0', rollout: 'r1' }, note: text }))
    await service('tags', '--set', JSON.stringify({ note: text }))
  })
  afterAll(() => hub.close())

  const service = (...args: readonly string[]): ReturnType<typeof runProgram> =>
    runProgram(
      'service/dist/cli.js',
      [...args, ...(args[0] === 'rollout' || args[0] === 'query' ? [] : ['-d', 'kiosk-7'])],
      {
        IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }),
      },
    )

  it.each([
    [['reported-properties']],
    [['desired', 'get']],
    [['tags']],
    [['query', 'SELECT * FROM devices']],
    [['rollout', 'firmware', '1.3.0', '--by', 'terminal', '--where', "deviceId = 'kiosk-7'"]],
    [['tags', '--set', text]],
    [['desired', 'set', text]],
    [['update-desired-properties', text]],
    [['rollout', 'firmware', text]],
    [[text]],
  ])('a hostile device and a hostile argument reach the terminal of %j escaped', async (args) => {
    const { stdout, stderr } = await service(...args)
    expect(stdout + stderr).toContain('\\u001b]52')
    expectSafe(stdout + (args[0] === text ? '' : stderr))
  })

  it('a hostile back end reaches the terminal of a demo escaped', async () => {
    const program = startProgram('node-demo/receive-desired-properties.ts', [], {
      IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device('kiosk-7', { plain: true }),
    })
    await program.prints('"note"')
    await service('desired', 'set', JSON.stringify({ modules: { 'x\u202e': 1 }, climate: { minTemperature: text } }))
    await program.prints('Adding module')
    program.stop('SIGTERM')
    const { stdout, stderr } = await program.ended
    expect(stdout).toContain('Adding module x\\u202e: 1')
    expectSafe(stdout + stderr)
  })
})
