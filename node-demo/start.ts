/**
 * `npm start`: a hub, a device, and a back end in one process, and the twin that they keep in sync.
 */
import process from 'node:process'
import { isDeepStrictEqual } from 'node:util'
import { type JsonObject, openTwin, type Twin } from 'hubtwin'
import { startHub } from 'hubtwin-emulator'
import { DESIRED_PATCHES, openRegistry, patchDesired, readTwin } from 'hubtwin-service'
import { acceptOnlyHelp } from './arguments.ts'
import { cyan, green, magenta, printable, printError, red } from './terminal.ts'

const DEVICE_ID = 'device1'
const STATE = { firmware: { version: '1.2.1' }, climate: { target: 21, temperature: 20.5 } }

const printHub = printerFor(magenta('hub     '))
const printDevice = printerFor(cyan('device  '))
const printBackEnd = printerFor(green('back end'))

acceptOnlyHelp(
  'npm start',
  'Run a hub, a device, and a back end in one process, and show how they keep a twin in sync.',
)

/** The current step, for the message of a failure. */
let step = 'starting the hub'
const toClose: (() => Promise<void>)[] = []

try {
  const hub = await startHub({ securePort: 0, plainPort: 0 })
  toClose.unshift(() => hub.close())
  const { https, ws } = hub.endpoints
  printHub(
    `runs on this machine: MQTT for devices at ${new URL(ws).host}, REST for back ends at ${new URL(https).host}`,
  )

  step = 'connecting the device'
  const twin = openTwin(hub.connectionStrings.device(DEVICE_ID, { plain: true }))
  toClose.unshift(() => twin.close())
  const start = await twin.ready(soon())
  printDevice(`${DEVICE_ID} is connected, and its twin is ${JSON.stringify(withVersions(start))}`)
  listen(twin)
  await untilReceived(twin, start.versions.desired)

  step = 'reporting the state of the device'
  console.log()
  printDevice(`reports ${JSON.stringify(STATE)}`)
  printHub(`stores it as reported version ${await twin.report(STATE, soon())}`)

  const registry = openRegistry(hub.connectionStrings.service(), {
    certificateAuthority: hub.certificateAuthority,
    requestTimeoutInMs: 10_000,
  })
  for (const [number, patch] of Object.entries(DESIRED_PATCHES)) {
    step = `sending patch ${number}`
    console.log()
    printBackEnd(`sends patch ${number}: ${JSON.stringify(patch)}`)
    const { $version } = (await patchDesired(registry, DEVICE_ID, patch)).properties.desired
    step = `waiting until the device has desired version ${$version}`
    await untilReceived(twin, $version)
    printHub(`stores it as desired version ${$version}, and the device has it`)
  }

  step = 'reading the twin back'
  console.log()
  const { desired, reported } = (await readTwin(registry, DEVICE_ID)).properties
  const atHub = { desired: withoutMetadata(desired), reported: withoutMetadata(reported) }
  printBackEnd(`reads what the device reported: ${JSON.stringify(atHub.reported)}`)

  step = 'comparing device and hub'
  if (!isDeepStrictEqual(atHub, withVersions(twin))) throw new Error('device and hub have different twins')
  printHub(
    'and the device have the same twin:',
    '',
    ...JSON.stringify(atHub, null, 2).split('\n'),
    '',
    'Next steps:',
    '  npm run emulator, then http://localhost:10480/ in a browser:',
    '    a local hub with its pages: devices, a simulator, a fleet, and a kiosk',
    '  npm run emulator, then npm run demo:receive-desired-properties in a second terminal,',
    '  and npm run service -- update-desired-properties 1 in a third terminal:',
    '    a device and a back end as separate programs',
    '  core/README.md:',
    '    the API, and ten lines to start from',
  )
} catch (error) {
  printError(`Failed at ${step}: ${error instanceof Error ? error.message : String(error)}`, red)
  process.exitCode = 1
} finally {
  for (const close of toClose) await close()
}

/** Adds a listener for all desired properties, and a listener for each of three parts. */
function listen(twin: Twin): void {
  printDevice('listens to everything, and to climate, climate.hvac.systemControl, and modules')
  twin.onDesired(({ version, patch }) => printDevice(`received desired version ${version}: ${JSON.stringify(patch)}`))
  for (const path of ['climate', 'climate.hvac.systemControl', 'modules']) {
    twin.onDesired(path, ({ value }) =>
      printDevice(`  ${path}: ${value === undefined ? 'removed' : `now ${JSON.stringify(value)}`}`),
    )
  }
}

/** Resolves once the device has the version. The iterator yields the current state first. */
async function untilReceived(twin: Twin, version: number): Promise<void> {
  for await (const change of twin.changes(soon())) if (change.version >= version) return
}

/** Adds a deadline. On this machine, every step takes much less than a second. */
function soon(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(10_000) }
}

/** Formats a twin as the hub does: with `$version` in each section. */
function withVersions({ desired, reported, versions }: Pick<Twin, 'desired' | 'reported' | 'versions'>): object {
  return {
    desired: { ...desired, $version: versions.desired },
    reported: { ...reported, $version: versions.reported },
  }
}

function withoutMetadata({ $metadata, ...properties }: JsonObject): JsonObject {
  return properties
}

function printerFor(actor: string): (...lines: readonly string[]) => void {
  return (...lines) => console.log(`${actor}  ${lines.map(printable).join('\n')}`)
}
