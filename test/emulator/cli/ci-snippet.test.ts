import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { installCommand, privateNetworkObstacle, runAlone } from '../../support/private-network.ts'
import { later } from '../../support/cleanup.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const obstacle = privateNetworkObstacle()

interface Step {
  readonly run: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Extracts the steps of the README by their indentation. A YAML parser would be more than they
 * need.
 */
async function steps(): Promise<Step[]> {
  const readme = await readFile(join(ROOT, 'emulator/README.md'), 'utf8')
  const yaml = /```yaml\n(- name: Start a hub[^]*?)```/.exec(readme)?.[1] ?? ''
  return yaml
    .split(/^- name: .*\n/m)
    .filter(Boolean)
    .map((step) => {
      const block = /^ {2}run: \|\n((?: {4}.*\n)+)/m.exec(step)?.[1]
      const env = [...step.matchAll(/^ {4}([A-Z_]+): (.+)$/gm)].map(
        ([, name = '', value = '']) => [name, value] as const,
      )
      return {
        run: block?.replaceAll(/^ {4}/gm, '') ?? /^ {2}run: (.+)$/m.exec(step)?.[1] ?? '',
        env: Object.fromEntries(env),
      }
    })
}

/** A user's project with both packages and a test. */
async function project(source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
  later(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true })
  await symlink(join(ROOT, 'core'), join(folder, 'node_modules/hubtwin'))
  await installCommand(join(folder, 'node_modules/.bin'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts: { test: 'node test.js' } }))
  await writeFile(join(folder, 'test.js'), source)
  return folder
}

/** Runs the steps like a GitHub runner: a shell for each step, in one job. */
function job(all: readonly Step[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
  return all
    .map(({ run, env }) => {
      const variables = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`))
      return `env ${variables.join(' ')} bash --noprofile --norc -eo pipefail -c ${quoted(run)} || exit $?`
    })
    .join('\n')
}

describe.skipIf(obstacle !== undefined)(
  `the steps for CI${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`,
  () => {
    const env = { npm_config_offline: 'true', npm_config_update_notifier: 'false' }

    test('start a hub, wait for it, and test against it, without changes', { timeout: 90_000 }, async () => {
      const cwd = await project(`
      import { openTwin } from 'hubtwin'
      const twin = openTwin(process.env.IOTHUB_DEVICE_CONNECTION_STRING)
      await twin.ready({ signal: AbortSignal.timeout(20000) })
      console.log('reported version', await twin.report({ a: 1 }), process.env.IOTHUB_CONNECTION_STRING.slice(0, 24))
      await twin.close()
    `)
      const all = await steps()
      expect(all.map(({ run }) => run.split('\n').length)).toEqual([3, 1])
      const { code, output } = await runAlone(job(all), { cwd, env })
      expect([code, output]).toEqual([0, expect.stringContaining('reported version 2 HostName=localhost:10480')])
      expect(output).toContain('The hub at http://localhost:10480 is ready.')
      expect(await readFile(join(cwd, 'hub.log'), 'utf8')).toContain('DeviceId=kiosk-1')
    })

    test('fail if the tests fail', { timeout: 90_000 }, async () => {
      const { code } = await runAlone(job(await steps()), { cwd: await project('process.exit(3)'), env })
      expect(code).toBe(3)
    })
  },
)
