import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { commentLine, detectShell, exportLine } from '../../../emulator/src/cli/shell.ts'

const MODULES = String.raw`C:\Program Files\WindowsPowerShell\Modules;C:\Windows\system32\WindowsPowerShell\v1.0\Modules`

test.each([
  ['posix', 'linux', { SHELL: '/bin/bash' }],
  ['posix', 'darwin', { SHELL: '/bin/zsh' }],
  ['posix', 'linux', {}],
  ['fish', 'linux', { SHELL: '/usr/bin/fish' }],
  ['powershell', 'linux', { SHELL: '/bin/bash', PSModulePath: '/root/.local/share/powershell/Modules' }],
  ['cmd', 'win32', { PSModulePath: MODULES }],
  ['cmd', 'win32', {}],
  ['powershell', 'win32', { PSModulePath: String.raw`C:\Users\me\Documents\WindowsPowerShell\Modules;${MODULES}` }],
  ['posix', 'win32', { MSYSTEM: 'MINGW64', PSModulePath: MODULES }],
] as const)('detectShell() finds %s on %s from %j', (shell, platform, env) => {
  expect(detectShell(env, platform)).toBe(shell)
})

const VALUE = String.raw`HostName=localhost;DeviceId=it's \ $HOME;SharedAccessKey=a+b/c==`

test('a POSIX shell reads the exact value from the line', () => {
  const script = `${exportLine('posix', 'VALUE', VALUE)}\nprintenv VALUE`
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${VALUE}\n`)
})

test.each([
  ['fish', String.raw`set -gx VALUE 'HostName=localhost;DeviceId=it\'s \\ $HOME;SharedAccessKey=a+b/c=='`],
  ['powershell', String.raw`$env:VALUE = 'HostName=localhost;DeviceId=it''s \ $HOME;SharedAccessKey=a+b/c=='`],
  ['cmd', String.raw`set "VALUE=HostName=localhost;DeviceId=it's \ $HOME;SharedAccessKey=a+b/c=="`],
] as const)('the line for %s quotes by the rules of that shell', (shell, line) => {
  expect(exportLine(shell, 'VALUE', VALUE)).toBe(line)
})

test('each shell ignores a comment', () => {
  expect(commentLine('posix', 'no key')).toBe('# no key')
  expect(commentLine('powershell', 'no key')).toBe('# no key')
  expect(commentLine('cmd', 'no key')).toBe('rem no key')
})
