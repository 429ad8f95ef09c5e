import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { run } from '../../tools/process.ts'

const node = process.execPath

test('run() returns the exit code and, if quiet, the output', async () => {
  const script = 'console.log("out"); console.error("err"); process.exitCode = 3'
  const { code, output } = await run(node, ['-e', script], { deadlineInMs: 20_000, quiet: true })
  expect(code).toBe(3)
  expect(output.split('\n').sort()).toEqual(['', 'err', 'out'])
})

test('run() ends the input immediately', async () => {
  const script = 'process.stdin.on("end", () => process.exit(0)).resume()'
  expect(await run(node, ['-e', script], { deadlineInMs: 20_000, quiet: true })).toMatchObject({ code: 0 })
})

test('run() gives the reason why a missing program does not run', async () => {
  const { code, reason } = await run('no-such-program', [], { deadlineInMs: 20_000, quiet: true })
  expect(code).toBeUndefined()
  expect(reason).toContain('ENOENT')
})

test('run() kills the program and its descendants at the deadline', async () => {
  const inner = `
    process.on('SIGTERM', () => {})
    const server = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(server.address().port))`
  const outer = `
    process.on('SIGTERM', () => {})
    require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' })
    setInterval(() => {}, 1000)`
  const { code, output, reason } = await run(node, ['-e', outer], { deadlineInMs: 3000, quiet: true })
  expect(code).toBeUndefined()
  expect(reason).toBe('killed after 3 s')
  // Checks the grandchild's port, not its pid: a killed orphan can stay in the process table as a
  // zombie.
  await expect.poll(() => isOpen(Number(output))).toBe(false)
})

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
