/** `npm start`: a hub, a device and a back end in one process, and the twin that they keep in step. */
import process from 'node:process'
import { isDeepStrictEqual } from 'node:util'
import { type JsonObject, openTwin, type Twin } from 'hubtwin'
import { startHub } from 'hubtwin-emulator'
import { desiredPatches, openRegistry, patchDesired, readTwin } from 'hubtwin-service'
import { cyan, green, magenta, red } from './terminal.ts'

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
  hubTells(`runs on this machine, at ${hub.endpoints.ws} for devices and ${hub.endpoints.https} for back ends`)

  step = 'connecting the device'
  const twin = openTwin(hub.connectionStrings.device(deviceId, { plain: true }))
  toClose.unshift(() => twin.close())
  const { versions } = await twin.ready(soon())
  deviceTells(`${deviceId} is connected: desired version ${versions.desired}, reported version ${versions.reported}`)
  listen(twin)

  step = 'reporting the state of the device'
  deviceTells(`reports ${JSON.stringify(state)}`)
  deviceTells(`  which the hub took as reported version ${await twin.report(state, soon())}`)

  const registry = openRegistry(hub.connectionStrings.service(), {
    certificateAuthority: hub.certificateAuthority,
    requestTimeoutInMs: 5_000,
  })
  for (const [number, patch] of Object.entries(desiredPatches)) {
    step = `sending patch ${number}`
    console.log()
    backEndTells(`sends patch ${number}: ${JSON.stringify(patch)}`)
    const { $version } = (await patchDesired(registry, deviceId, patch)).properties.desired
    backEndTells(`  which the hub took as desired version ${$version}`)
    step = `waiting until the device has desired version ${$version}`
    await untilReceived(twin, $version)
  }

  step = 'reading the twin back'
  console.log()
  const { desired, reported } = (await readTwin(registry, deviceId)).properties
  backEndTells(`reads reported version ${reported.$version}: ${JSON.stringify(withoutMetadata(reported))}`)

  step = 'comparing the two ends'
  const atDevice = { ...twin.desired, $version: twin.versions.desired }
  if (!isDeepStrictEqual(withoutMetadata(desired), atDevice)) throw new Error('the device has something else')
  hubTells('holds what the device holds; this is the twin now:')
  console.log(`
${JSON.stringify({ desired: withoutMetadata(desired), reported: withoutMetadata(reported) }, null, 2)}

Go on:
  npm run web       the same in a web page
  npm run emulator  a hub of your own, for the programs in node-demo/ and service/
  README.md         the API, and ten lines to start from`)
} catch (error) {
  console.error(red(`Failed at ${step}: ${error instanceof Error ? error.message : String(error)}`))
  process.exitCode = 1
} finally {
  for (const close of toClose) await close()
}

/** Each part of the desired properties has a listener of its own, as a device has parts of its own. */
function listen(twin: Twin): void {
  twin.onDesired(({ version, patch }) => deviceTells(`received desired version ${version}: ${JSON.stringify(patch)}`))
  for (const path of ['climate', 'climate.hvac.systemControl', 'modules']) {
    twin.onDesired(path, ({ value }) =>
      deviceTells(`  ${path} ${value === undefined ? 'was removed' : `is now ${JSON.stringify(value)}`}`),
    )
  }
  deviceTells('listens: to everything, climate, climate.hvac.systemControl, modules')
}

/** The iterator gives the present state first, so a version that has come already is not waited for. */
async function untilReceived(twin: Twin, version: number): Promise<void> {
  for await (const change of twin.changes(soon())) if (change.version >= version) return
}

/** Everything happens on this machine: what takes seconds will not happen. */
function soon(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(5_000) }
}

function withoutMetadata({ $metadata, ...properties }: JsonObject): JsonObject {
  return properties
}

function teller(actor: string): (text: string) => void {
  return (text) => console.log(`${actor}  ${text}`)
}
