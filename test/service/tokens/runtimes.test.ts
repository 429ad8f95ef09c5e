import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Runtime, startProgram } from '../../demo/program.ts'

/** The test matrix installs both; a light install leaves them out. */
const at = (path: string): string => fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url))
const runtimes: readonly (readonly [string, Runtime])[] = [
  ['Deno', [at('@deno/linux-x64-glibc/deno'), 'run', '-A']],
  ['Bun', [at('bun/bin/bun.exe'), 'run']],
]

describe.each(runtimes)('the token service on %s', (name, runtime) => {
  it.runIf(existsSync(runtime[0]))(
    `the token service on ${name} enrolls a device, gives its password, and refuses others`,
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'hubtwin-tokens-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const program = startProgram('test/service/tokens/portable.ts', [folder], {}, runtime)
      await program.prints('ready ')
      const [, port, code] = /ready (\d+) (\S+)/.exec(program.printed()) ?? []
      const post = async (path: string, headers: Record<string, string>, body?: string): Promise<unknown[]> => {
        const init = { method: 'POST', headers, ...(body !== undefined && { body }) }
        const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
        return [response.status, await response.json()]
      }
      const json = { 'content-type': 'application/json' }
      const [status, enrolled] = await post('/api/enroll', json, JSON.stringify({ code }))
      expect([status, enrolled]).toMatchObject([201, { deviceId: 'kiosk-7' }])
      const { token } = enrolled as { token: string }
      const password = expect.stringMatching(/^SharedAccessSignature sr=contoso/) as string
      expect(await post('/api/token', { authorization: `Bearer ${token}` })).toMatchObject([200, { password }])
      expect(await post('/api/token', {})).toMatchObject([401, { code: 'ERR_NO_TOKEN' }])
      expect(await post('/api/enroll', json, JSON.stringify({ code }))).toMatchObject([403, { code: 'ERR_CODE' }])
      expect(await post('/api/enroll', json, 'x'.repeat(5000))).toMatchObject([413, { code: 'ERR_BODY_TOO_LARGE' }])
      program.stop('SIGTERM')
      const { stdout } = await program.ended
      expect(stdout).toContain('"event":"token","address":"127.0.0.1","outcome":"ok"')
      expect(stdout).not.toContain(token)
    },
  )
})
