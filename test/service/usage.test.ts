import { startHub } from 'hubtwin-emulator'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runProgram } from '../demo/program.ts'

const runService = (...args: readonly string[]): ReturnType<typeof runProgram> =>
  runProgram('service/dist/cli.js', args)

describe('Wrong usage of the back end exits with 2', () => {
  it.each<[string[], string]>([
    [
      ['call-method', 'device1'],
      "missing required argument 'name'\nUsage: npm run service -- call-method [options] <device> <name> [payload]\n",
    ],
    [['call-method', 'device1', ''], "<name> is ''. Expected a non-empty value."],
    [['query', ' '], "<sql> is ' '. Expected a non-empty value."],
    [['query', 'a', 'b'], "too many arguments for 'query'. Expected 1 argument but got 2.\nUsage: npm run service"],
    [['query', '--sql'], "unknown option '--sql'\nUsage: npm run service -- query [options] <sql>\n"],
    [
      ['desired', 'get', '-d', 'a b'],
      "option '-d, --device <id>' argument 'a b' is invalid. Expected 1 to 128 letters",
    ],
    [['reported-properties', '--device', '..'], "option '-d, --device <id>' argument '..' is invalid. Expected 1 to"],
    [['send-message', 'a b', 'hi'], "<device> is 'a b'. Expected 1 to 128 letters"],
    [['serve', '--port', '99999'], "option '-p, --port <port>' argument '99999' is invalid. Expected a whole number"],
    [['rollout', 'firmware', '1.3.0', '--timeout', '0'], "option '--timeout <minutes>' argument '0' is invalid."],
    [['call-method', 'a', 'reboot', '--timeout', '4'], 'Expected a whole number from 5 to 300'],
    [['send-message', 'a', 'x', '--ack', 'yes'], 'Allowed choices are none, positive, negative, full.'],
    [['send-message', 'a', 'x', '--expires', 'soon'], 'Expected a duration such as 90s, 10m, or 2h'],
    [
      ['watch', '--type', 'telemetri'],
      'Allowed choices are telemetry, methods, messages, twins, connections, registry.',
    ],
    [['update-desired-properties', '9'], 'Patch number is "9"; expected a whole number from 1 to 5\n'],
    [['desired', 'set', '{'], 'Patch: close brace expected at line 1, column 2 ({); expected a JSON object'],
    [['tags', '--set', '{}', '--file', '/'], "Tags: expected either JSON such as '"],
    [['tags', '--where', '*', '--job', 'a'], '--job watches a job that exists'],
    [['send-message', 'device1', 'x', '-p', 'a b=1'], 'Property name "a b" has a character'],
    [
      ['rollot'],
      "unknown command 'rollot'\n(Did you mean rollout?)\nShow the commands with npm run service -- --help\n",
    ],
    [
      ['rollout', 'statsu'],
      "unknown command 'statsu'\n(Did you mean status?)\nShow the commands with npm run service -- rollout --help\n",
    ],
    [['tags', '--where', ''], "option '-w, --where <condition>' argument '' is invalid. Expected a non-empty value."],
    [['serve', '--store', 'nonsense'], 'The address of the store is malformed; expected redis://host:6379 or'],
    [['serve', '--address', ''], "option '--address <address>' argument '' is invalid. Expected a non-empty value"],
    [['tags', '--job', 'a b'], "option '--job <id>' argument 'a b' is invalid. Expected 1 to 128 letters"],
    [['tags', '--timeout', '5'], "option '--timeout <minutes>' needs '-w, --where <condition>' or '--job <id>'\n"],
    [
      ['tags', '--timeout', '9e9', '--where', '*'],
      "argument '9e9' is invalid. Expected a number above 0, up to 35000.",
    ],
    [['tags', '--device', 'a', '--where', '*'], "option '-d, --device <id>' cannot be used with option '-w, --where"],
    [
      ['desired', 'set', '{}', '--etag', 'a b'],
      "option '-e, --etag <etag>' argument 'a b' is invalid. Expected an etag",
    ],
    [
      ['desired', 'set', '{}', '--etag', 'a', '--job', 'b'],
      "'-e, --etag <etag>' cannot be used with option '--job <id>'",
    ],
    [
      ['rollout', 'firmware', '1', '--at', '2020-01-01'],
      "argument '2020-01-01' is invalid. Expected a time after now, 2",
    ],
    [['rollout', 'firmware', '1', '--at', '2999-01-01', '--job', 'a'], "'--job <id>' cannot be used with option '--at"],
    [['rollout', 'firmware', '1', '--by', 'hub', '--units', '2'], '--tier, --units, and --rate are the pace of --by'],
    [['rollout', 'pause', 'firmware', ''], "<version> is ''. Expected a non-empty value."],
    [['send-message', 'device1', 'x', '--wait', '5'], "option '--wait <seconds>' needs '--ack <outcomes>'\n"],
    [['send-message', 'device1', 'x', '-p', 'a=1', '-p', 'a=2'], "argument 'a=2' is invalid. Expected a only once."],
    [['send-message', 'device1', 'x', '--expires', '2020-01-01'], 'Expected a time after now, 2'],
  ])('%j', async (args, text) => {
    const { code, stdout, stderr } = await runService(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(text)
    expect(stderr).not.toContain('Options:')
  })

  it('an unknown device exits with 1, and the error says how to list the devices', async () => {
    const hub = await startHub()
    onTestFinished(() => hub.close())
    const environment = { IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }) }
    const { code, stderr } = await runProgram('service/dist/cli.js', ['send-message', 'nobody', 'x'], environment)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Error during send \(ERR_NOT_FOUND\): .* answered 404 \(DeviceNotFound\), .* lists the devices\n$/,
    )
  })

  it.each([
    [['state', '--state', '/etc/passwd'], '--state is /etc/passwd, but a part of its path is a file, not a folder\n'],
    [['serve', '--port', '0', '--state', '/etc/passwd'], '--state is /etc/passwd, but a part of its path is a file'],
    [
      ['serve', '--port', '0', '--state', '/proc/hubtwin'],
      '--state is /proc/hubtwin, but the file system accepts no new files or folders there\n',
    ],
    [['desired', 'set', '--file', '/nope.json'], '--file /nope.json cannot be read: there is no such file\n'],
    [['send-message', 'device1', '--file', '/'], '--file / cannot be read: it is a folder\n'],
  ])('%j exits with 1, because only the file is wrong', async (args, text) => {
    const { code, stdout, stderr } = await runService(...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(text)
  })

  it.each<[string[]]>([[[]], [['rollout']], [['desired']]])('%j lists the commands', async (args) => {
    const { code, stdout, stderr } = await runService(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('\nCommands:\n')
  })

  it.each<[string[]]>([
    [[]],
    [['query']],
    [['desired']],
    [['desired', 'set']],
    [['call-method']],
    [['send-message']],
    [['rollout', 'firmware']],
    [['rollout', 'pause']],
    [['serve']],
  ])('the help of %j names the exit codes', async (args) => {
    const { code, stdout } = await runService(...args, '--help')
    expect(code).toBe(0)
    expect(stdout.match(/Exit code: 0 /g)).toHaveLength(1)
    expect(stdout).toMatch(/2 wrong usage/)
  })
})
