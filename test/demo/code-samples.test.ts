import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Hub, startHub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SAMPLE_LANGUAGES, sampleFor, type SampleSubject } from '../../page-kit/src/code-samples.ts'
import { signSas } from '../../emulator/src/access/sas.ts'

// Every sample that a page generates, as a program of its own.

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const target = { deviceId: "it's a (device)".replaceAll(' ', '') }

let hub: Hub
beforeAll(async () => {
  hub = await startHub({ securePort: 0, plainPort: 0 })
  await hub.createDevice(target.deviceId)
})
afterAll(() => hub.close())

const subjects: readonly (readonly [name: string, subject: SampleSubject])[] = [
  ['a report', { type: 'report', target, patch: { note: 'it\'s "quoted"', climate: { humidity: 45 } } }],
  ['a desired patch', { type: 'desired', target, patch: { climate: { target: 23 }, note: "it's" } }],
  ['a twin', { type: 'twin', target }],
  ['a query', { type: 'query', sql: "SELECT deviceId FROM devices WHERE deviceId != 'it'" }],
]

/** azure-iothub knows only port 443 and public authorities, so the process leads it to this hub. */
function redirect(): string {
  const place = JSON.stringify({ port: hub.securePort, ca: hub.certificateAuthority })
  const script = `import tls from 'node:tls'
    const { connect } = tls
    tls.connect = (options, ...rest) => connect({ ...options, ...${place} }, ...rest)`
  return `data:text/javascript,${encodeURIComponent(script)}`
}

async function runProgram(code: string): Promise<string> {
  const env = {
    ...process.env,
    IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device(target.deviceId, { plain: true }),
    IOTHUB_CONNECTION_STRING: hub.connectionStrings.service().replace(/:\d+/, ''),
  }
  const args = ['--import', redirect(), '--input-type=module', '--eval', code]
  return (await run(process.execPath, args, { cwd: ROOT, env, timeout: 30_000 })).stdout
}

async function runShell(code: string): Promise<string> {
  const fields = new Map(
    hub.connectionStrings
      .service()
      .split(';')
      .map((field) => field.split(/=(.*)/s, 2) as [string, string]),
  )
  const key = fields.get('SharedAccessKey') ?? ''
  const expiry = Math.floor(Date.now() / 1000) + 3600
  const SAS = signSas({ resource: 'localhost', key, policyName: fields.get('SharedAccessKeyName') ?? '', expiry })
  return (await run('sh', ['-c', code], { env: { ...process.env, SAS }, timeout: 30_000 })).stdout
}

describe('sampleFor()', () => {
  it.each(subjects)('writes programs and commands that run, for %s', async (_, subject) => {
    const place = { origin: hub.endpoints.http, isLocal: true }
    for (const language of SAMPLE_LANGUAGES) {
      const code = sampleFor(subject, language, place)
      if (code === undefined) {
        expect([subject.type, language]).toEqual(['query', 'hubtwin'])
        continue
      }
      expect(code).not.toMatch(/SharedAccessKey|sig=/)
      const output = await (language === 'curl' ? runShell(code) : runProgram(code))
      if (language !== 'hubtwin') expect(output).toContain(subject.type === 'query' ? target.deviceId : '$version')
    }
    const { properties } = hub.twin(target.deviceId) as { properties: { desired: object; reported: object } }
    if (subject.type === 'report') expect(properties.reported).toMatchObject(subject.patch)
    if (subject.type === 'desired') expect(properties.desired).toMatchObject(subject.patch)
  })

  it('uses the REST API of IoT Hub with a token from the environment if the hub is not local', async () => {
    const place = { origin: hub.endpoints.http, isLocal: false }
    for (const [, subject] of subjects) {
      const code = sampleFor(subject, 'curl', place) ?? ''
      expect(code).toMatch(/"Authorization: \$SAS" .*api-version=/)
      await runShell(code)
    }
  })
})
