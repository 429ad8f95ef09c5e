import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inspect, promisify } from 'node:util'
import { type Hub, type HubEvent, startHub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleFor } from '../../page-kit/src/code-samples.ts'
import { languagesOf, SAMPLE_LANGUAGES, type SampleSubject } from '../../page-kit/src/sample-subject.ts'
import { openDevice } from 'hubtwin'
import { methods } from 'hubtwin/methods'
import { signSas } from '../../emulator/src/access/sas.ts'

// Every sample that a page generates, as its own program.

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const target = { deviceId: "it's a (device)".replaceAll(' ', '') }

let hub: Hub
const events: HubEvent[] = []
beforeAll(async () => {
  hub = await startHub({ securePort: 0, plainPort: 0 })
  await hub.createDevice(target.deviceId)
  hub.events.listen((event) => events.push(event))
})
afterAll(() => hub.close())

const subjects: readonly (readonly [name: string, subject: SampleSubject])[] = [
  ['a report', { type: 'report', target, patch: { note: 'it\'s "quoted"', climate: { humidity: 45 } } }],
  ['a desired patch', { type: 'desired', target, patch: { climate: { target: 23 }, note: "it's" } }],
  ['a twin', { type: 'twin', target }],
  ['telemetry', { type: 'telemetry', target, body: '{"note":"it\'s"}', properties: { alarm: "it's" } }],
  ['text as telemetry', { type: 'telemetry', target, body: "it's $(text) `x` ${y}" }],
  ['a message', { type: 'message', target, body: "it's $(text) `x` ${y}", properties: { room: "it's 1" } }],
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

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device(target.deviceId, { plain: true }),
    IOTHUB_CONNECTION_STRING: hub.connectionStrings.service().replace(/:\d+/, ''),
  }
}

const argumentsFor = (code: string): string[] => ['--import', redirect(), '--input-type=module', '--eval', code]

async function runProgram(code: string): Promise<string> {
  return (await run(process.execPath, argumentsFor(code), { cwd: ROOT, env: environment(), timeout: 30_000 })).stdout
}

interface StartedProgram {
  /** Waits for a text in the output. */
  prints(text: string): Promise<void>
  stop(): Promise<void>
}

function startProgram(code: string): StartedProgram {
  const child = spawn(process.execPath, argumentsFor(code), { cwd: ROOT, env: environment() })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'exit')
  return {
    async prints(text) {
      await expect.poll(() => output, { timeout: 20_000 }).toContain(text)
    },
    async stop() {
      child.kill()
      await ended
    },
  }
}

/** The events of a type, since the hub started. */
function seen<Type extends HubEvent['type']>(type: Type): Extract<HubEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<HubEvent, { type: Type }> => event.type === type)
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

/** The part of the output that proves the effect. */
const PROOFS: Readonly<Record<SampleSubject['type'], string>> = {
  report: '$version',
  desired: '$version',
  twin: '$version',
  query: target.deviceId,
  telemetry: '',
  message: '',
  method: '',
}

/** Samples that wait for the back end never end by themselves. */
const waits = ({ type }: SampleSubject, language: string): boolean =>
  language === 'hubtwin' && (type === 'message' || type === 'method')

describe('sampleFor()', () => {
  it.each(subjects)('writes programs and commands that run, for %s', async (_, subject) => {
    const place = { origin: hub.endpoints.http, isLocal: true }
    for (const language of SAMPLE_LANGUAGES) {
      const code = sampleFor(subject, language, place)
      expect(code === undefined).toBe(!languagesOf(subject.type).includes(language))
      if (code === undefined || waits(subject, language)) continue
      expect(code).not.toMatch(/SharedAccessKey=|sig=/)
      const output = await (language === 'curl' ? runShell(code) : runProgram(code))
      if (language !== 'hubtwin') expect(output).toContain(PROOFS[subject.type])
    }
    const { properties } = hub.twin(target.deviceId) as { properties: { desired: object; reported: object } }
    if (subject.type === 'report') expect(properties.reported).toMatchObject(subject.patch)
    if (subject.type === 'desired') expect(properties.desired).toMatchObject(subject.patch)
    if (subject.type === 'telemetry') {
      const { body, properties: own = {} } = subject
      expect(seen('telemetry')).toContainEqual(
        expect.objectContaining({ body: Buffer.from(body), properties: expect.objectContaining(own) as object }),
      )
    }
    // From azure-iothub and from curl.
    if (subject.type === 'message') {
      const { body, properties: own } = subject
      const same = seen('cloud-message').filter((event) => Buffer.from(event.body).equals(Buffer.from(body)))
      expect(same.map((event) => event.properties)).toEqual([own, own])
    }
  })

  it('writes programs and commands that call a method, and a device that responds', async () => {
    const payload = { note: 'it\'s "quoted"' }
    const call: SampleSubject = { type: 'method', target, name: "it's", payload, responseTimeoutInSeconds: 20 }
    const device = openDevice(hub.connectionStrings.device(target.deviceId, { plain: true }), {
      use: { methods: methods() },
    })
    device.methods.handle(call.name, ({ payload: given }) => ({ status: 207, payload: given }))
    await device.twin.ready()
    const place = { origin: hub.endpoints.http, isLocal: true }
    const printed = await runProgram(sampleFor(call, 'azure-iothub', place) ?? '')
    expect(printed).toBe(`207 ${inspect(payload)}\n`)
    for (const isLocal of [true, false]) {
      const output = await runShell(sampleFor(call, 'curl', { ...place, isLocal }) ?? '')
      expect(JSON.parse(output)).toEqual({ status: 207, payload })
    }
    await device.close()
  })

  it('writes devices that wait for calls and for messages', async () => {
    const place = { origin: hub.endpoints.http, isLocal: true }
    const call: SampleSubject = {
      type: 'method',
      target,
      name: 'reboot',
      payload: 1,
      response: { status: 202, payload: { in: 5 } },
    }
    const answering = startProgram(sampleFor(call, 'hubtwin', place) ?? '')
    await answering.prints('Waits for calls')
    expect(JSON.parse(await runShell(sampleFor(call, 'curl', place) ?? ''))).toEqual({
      status: 202,
      payload: { in: 5 },
    })
    await answering.prints('reboot 1')
    await answering.stop()

    const message: SampleSubject = { type: 'message', target, body: 'Hello', properties: { room: '1' } }
    await runShell(sampleFor(message, 'curl', place) ?? '')
    const listening = startProgram(sampleFor(message, 'hubtwin', place) ?? '')
    await listening.prints("Hello { room: '1' }")
    await listening.stop()
  })

  it('uses the REST API of IoT Hub with a token from the environment if the hub is not local', async () => {
    const place = { origin: hub.endpoints.http, isLocal: false }
    for (const [, subject] of subjects) {
      const code = sampleFor(subject, 'curl', place)
      if (code === undefined) continue
      expect(code).toMatch(/"Authorization: \$SAS" .*api-version=/)
      await runShell(code)
    }
  })
})
