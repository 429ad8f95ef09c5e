/** `npm start`: a hub, a device and a back end in one process, and the twin that they keep in step. */
import process from 'node:process'
import { isDeepStrictEqual } from 'node:util'
import { type JsonObject, openTwin, type Twin } from 'hubtwin'
import { startHub } from 'hubtwin-emulator'
import { DESIRED_PATCHES, openRegistry, patchDesired, readTwin } from 'hubtwin-service'
import { cyan, green, magenta, printable, printError, red } from './terminal.ts'

const deviceId = 'device1'
const state = { firmwareVersion: '1.2.1', weather: { temperature: 72, humidity: 17 } }

const hubTells = teller(magenta('hub     '))
const deviceTells = teller(cyan('device  '))
const backEndTells = teller(green('back end'))

/** What is being done now, so that a failure can say where it happened. */
let step = 'starting the hub'
const toClose: (() => Promise<void>)[] = []

try {
  const hub = await startHub({ securePort: 0, plainPort: 0 })
  toClose.unshift(() => hub.close())
  const { https, ws } = hub.endpoints
  hubTells(
    `runs on this machine: MQTT for devices at ${new URL(ws).host}, REST for back ends at ${new URL(https).host}`,
  )

  step = 'connecting the device'
  const twin = openTwin(hub.connectionStrings.device(deviceId, { plain: true }))
  toClose.unshift(() => twin.close())
  const start = await twin.ready(soon())
  deviceTells(`${deviceId} is connected, and its twin is ${JSON.stringify(withVersions(start))}`)
  listen(twin)
  await untilReceived(twin, start.versions.desired)

  step = 'reporting the state of the device'
  console.log()
  deviceTells(`reports ${JSON.stringify(state)}`)
  hubTells(`took that as reported version ${await twin.report(state, soon())}`)

  const registry = openRegistry(hub.connectionStrings.service(), {
    certificateAuthority: hub.certificateAuthority,
    requestTimeoutInMs: 10_000,
  })
  for (const [number, patch] of Object.entries(DESIRED_PATCHES)) {
    step = `sending patch ${number}`
    console.log()
    backEndTells(`sends patch ${number}: ${JSON.stringify(patch)}`)
    const { $version } = (await patchDesired(registry, deviceId, patch)).properties.desired
    step = `waiting until the device has desired version ${$version}`
    await untilReceived(twin, $version)
    hubTells(`took that as desired version ${$version}, and the device has it`)
  }

  step = 'reading the twin back'
  console.log()
  const { desired, reported } = (await readTwin(registry, deviceId)).properties
  const atHub = { desired: withoutMetadata(desired), reported: withoutMetadata(reported) }
  backEndTells(`reads what the device reported: ${JSON.stringify(atHub.reported)}`)

  step = 'comparing the two ends'
  if (!isDeepStrictEqual(atHub, withVersions(twin))) throw new Error('the device holds something else than the hub')
  hubTells(
    'holds what the device holds; this is the twin now:',
    '',
    ...JSON.stringify(atHub, null, 2).split('\n'),
    '',
    'Go on:',
    '  npm run web       the same in a web page',
    '  npm run emulator  a hub of your own, for the programs in node-demo/ and service/',
    '  README.md         the API, and ten lines to start from',
  )
} catch (error) {
  printError(`Failed at ${step}: ${error instanceof Error ? error.message : String(error)}`, red)
  process.exitCode = 1
} finally {
  for (const close of toClose) await close()
}

/** Each part of the desired properties has a listener of its own, as a device has parts of its own. */
function listen(twin: Twin): void {
  deviceTells('listens to everything, and to climate, climate.hvac.systemControl and modules')
  twin.onDesired(({ version, patch }) => deviceTells(`received desired version ${version}: ${JSON.stringify(patch)}`))
  for (const path of ['climate', 'climate.hvac.systemControl', 'modules']) {
    twin.onDesired(path, ({ value }) =>
      deviceTells(`  ${path}: ${value === undefined ? 'removed' : `now ${JSON.stringify(value)}`}`),
    )
  }
}

/** The iterator gives the present state first, so a version that has come already is not waited for. */
async function untilReceived(twin: Twin, version: number): Promise<void> {
  for await (const change of twin.changes(soon())) if (change.version >= version) return
}

/** Everything happens on this machine: what takes seconds will not happen. */
function soon(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(10_000) }
}

/** As the hub writes a twin: each part with its version inside. */
function withVersions({ desired, reported, versions }: Pick<Twin, 'desired' | 'reported' | 'versions'>): object {
  return {
    desired: { ...desired, $version: versions.desired },
    reported: { ...reported, $version: versions.reported },
  }
}

function withoutMetadata({ $metadata, ...properties }: JsonObject): JsonObject {
  return properties
}

function teller(actor: string): (...lines: readonly string[]) => void {
  return (...lines) => console.log(`${actor}  ${lines.map(printable).join('\n')}`)
}
