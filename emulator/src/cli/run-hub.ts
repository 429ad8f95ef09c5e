import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Refusal } from '../errors/refusal.ts'
import type { HubEvent } from '../events/hub-event.ts'
import type { FaultSpec } from '../faults/fault-spec.ts'
import { isLoopback } from '../http/loopback.ts'
import type { Hub } from '../hub/hub.ts'
import { startHub } from '../hub/start-hub.ts'
import type { Tier } from '../throttling/tier.ts'
import { connectionLine, refusalLine } from './connection-log.ts'
import { updateEnvFile } from './env-file.ts'
import { introduction } from './introduction.ts'
import { npmIsGone } from './npm-parent.ts'
import { outputIsClosed } from './output.ts'
import { checkFile, checkFolder, explainWriteError } from './paths.ts'
import { printable, printableError } from './printable.ts'
import type { Shell } from './shell.ts'

export interface StartOptions {
  readonly securePort: number
  readonly plainPort: number
  readonly mqttPort: number
  readonly hostName: string
  readonly origin: readonly string[]
  readonly address: string
  readonly dataFolder?: string
  readonly device: readonly string[]
  readonly tier?: Tier
  readonly units: number
  readonly lostLocksCount: boolean
  readonly cleanSessionsGetQueue: boolean
  /** In seconds; 0 means at once. */
  readonly configurationInterval: number
  readonly fault: readonly FaultSpec[]
  readonly quiet: boolean
  /** The shell that the printed variables are for. */
  readonly shell: Shell
  /** The path of a `.env` file to update. */
  readonly env?: string
}

/** Runs a hub until a signal ends it. */
export async function runHub({
  device,
  origin,
  fault,
  quiet,
  env,
  shell,
  configurationInterval,
  units,
  ...options
}: StartOptions): Promise<void> {
  const { dataFolder } = options
  if (dataFolder !== undefined) await checkFolder('--data-folder', dataFolder)
  if (env !== undefined) await checkFile('--env', env)
  const npmGone = npmIsGone()
  const hub = await startHub({
    ...options,
    devices: device,
    origins: origin,
    configurationIntervalInSeconds: configurationInterval,
    ...(options.tier !== undefined && { units }),
    onError: (error) => console.error(printableError(error)),
    ...(!quiet && { onRefusedConnect: (refused) => console.log(refusalLine(refused)) }),
  })
  // During a slow start, such as on a slow disk, signals keep their default action.
  const stop = stopSignal(npmGone)
  const authority = await authorityFile(hub)
  try {
    for (const spec of fault) {
      hub.faults.inject(spec)
      warnOfMissingDevice(hub, spec)
    }
    if (!quiet) hub.events.listen(printConnection)
    const target = device[0] ?? 'device1'
    if (env !== undefined) await writeEnvironment(env, hub, target, authority.path)
    console.log(introduction(hub, authority.path, device, shell))
    if (env !== undefined) {
      console.log(`Connection strings of ${printable(target)} and iothubowner are in ${printable(env)}.`)
    }
    if (!isLoopback(options.address)) {
      console.warn(
        `Warning: the hub listens on ${options.address}, and the keys of device1 and iothubowner are public. ` +
          'Anyone who can reach the hub can control it.',
      )
    }
    await stop
  } finally {
    // A failure, such as a missing folder of --env, must not leave a hub running.
    await hub.close()
    await authority.remove()
  }
}

/** A fault may precede its device. More often, the ID is misspelled. */
function warnOfMissingDevice(hub: Hub, { device, module }: FaultSpec): void {
  if (device === undefined) return
  try {
    hub.twin(device, module)
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 404) throw error
    console.warn(printable(`Warning: ${error.message} yet, so the option --fault affects nothing now.`))
  }
}

function printConnection(event: HubEvent): void {
  const line = connectionLine(event)
  if (line !== undefined) console.log(line)
}

/** Clients connect without TLS only to a loopback name. */
async function writeEnvironment(path: string, hub: Hub, device: string, authorityPath: string): Promise<void> {
  const plain = isLoopback(hub.hostName)
  const variables = {
    IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device(device, { plain }),
    IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain }),
    ...(!plain && { NODE_EXTRA_CA_CERTS: authorityPath }),
  }
  await updateEnvFile(path, variables).catch((error: unknown) => {
    throw new Error(`--env is ${path}, but it cannot be written: ${explainWriteError(error)}`, { cause: error })
  })
}

/**
 * Closes the hub at SIGINT, at SIGTERM, and at SIGHUP (a closed terminal). The end of npm or of a
 * pipe's reader also closes it. A second signal ends the process at once.
 */
function stopSignal(npmGone: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    process.once('SIGHUP', () => resolve())
    void npmGone.then(resolve)
    void outputIsClosed().then(resolve)
  })
}

/**
 * Writes the CA's certificate to a file for NODE_EXTRA_CA_CERTS. Without a data folder, the file is
 * temporary, and the CA's key is never written.
 */
async function authorityFile(hub: Hub): Promise<{ path: string; remove: () => Promise<void> }> {
  if (hub.certificateAuthorityFile !== undefined) {
    return { path: hub.certificateAuthorityFile, remove: () => Promise.resolve() }
  }
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
  const path = join(folder, 'ca.pem')
  await writeFile(path, hub.certificateAuthority)
  await chmod(path, 0o644)
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}
