import { describe, expect, it } from 'vitest'
import { nodeFor, runProgram } from '../demo/program.ts'

const SERVICE = 'service/dist/cli.js'

const runService = (...args: readonly string[]): ReturnType<typeof runProgram> => runProgram(SERVICE, args)

describe('the help of the back end', () => {
  it.each([
    [['quer'], 'query'],
    [['desired', 'st'], 'set'],
    [['help', 'quer'], 'query'],
    [['help', 'desired', 'st'], 'set'],
  ])('%j is an unknown command: the error suggests the closest command and how to list all', async (args, closest) => {
    const { code, stdout, stderr } = await runService(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`unknown command '${args.at(-1)}'\n(Did you mean ${closest}?)\n`)
    expect(stderr).toMatch(/\nShow the commands with npm run service -- (?:\w+ )?--help\n$/)
  })

  it('--version prints the version', async () => {
    // Unchanged, with the modules of the build.
    const { code, stdout } = await runProgram(SERVICE, ['--version'], {}, nodeFor(SERVICE))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([
    [[]],
    [['call-method']],
    [['send-message']],
    [['watch']],
    [['serve']],
    [['desired', 'set']],
    [['rollout', 'firmware']],
  ])('the help of %j describes each option and command with a phrase', async (command) => {
    const { code, stdout } = await runService(...command, '--help')
    expect(code).toBe(0)
    const [, ...described] = stdout.split(/^(?:Options|Commands|Arguments):$/m)
    const lines = described
      .join('\n')
      .split('\n')
      .filter((line) => /^ {2}\S/.test(line))
    for (const line of lines) expect(line).toMatch(/^ {2}\S.*? {2,}[A-Z]/)
  })
})
