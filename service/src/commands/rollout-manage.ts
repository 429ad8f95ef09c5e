import type { ConfigurationDocument } from '../hub/configurations.ts'
import type { Registry } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { type FirmwareRollout, paused, resumed, rolloutsIn } from '../rollout/firmware-configuration.ts'
import { rolloutTable } from '../rollout/hub-screen.ts'
import { print } from '../terminal.ts'
import { PROGRAM } from './program-name.ts'

/** Prints the rollouts of the hub as a table, the newest first. */
export async function rolloutStatus(registry: Registry): Promise<void> {
  const all = await readAll(registry)
  if (all.length === 0) return print('The hub has no rollout of firmware')
  print(...rolloutTable(all).split('\n'))
}

/** Withdraws a rollout from the devices that have not reacted to it. The others finish. */
export async function rolloutPause(registry: Registry, version: string | undefined): Promise<void> {
  const rollout = await changeRollout(registry, version, (each) => (each.isPaused ? undefined : paused(each)))
  print(
    `Paused ${rollout.version}: devices that have started finish, and no other device starts`,
    `${PROGRAM} rollout resume firmware ${rollout.version} continues`,
  )
}

export async function rolloutResume(registry: Registry, version: string | undefined): Promise<void> {
  const rollout = await changeRollout(registry, version, (each) => (each.isPaused ? resumed(each) : undefined))
  print(`Resumed ${rollout.version} on ${rollout.where ?? 'all devices'}`)
}

/** Removes the newest rollout, so that the hub applies the previous rollout. */
export async function rolloutRollback(registry: Registry): Promise<void> {
  const [newest, earlier] = await readAll(registry)
  if (newest === undefined) throw none()
  if (earlier === undefined) {
    throw new RangeError(
      `${newest.version} is the only rollout, so the hub knows no version before it; roll out that version: ${PROGRAM} rollout firmware <version>`,
    )
  }
  await registry.configurations.remove(newest.id)
  print(
    `Rolled back ${newest.version}: the hub returns its devices to ${earlier.version}`,
    `To watch it: ${PROGRAM} rollout firmware ${earlier.version}${earlier.where === undefined ? '' : ` --where "${earlier.where}"`}`,
  )
}

/** Removes a rollout that is no longer needed. Devices keep their firmware. */
export async function rolloutRemove(registry: Registry, version: string | undefined): Promise<void> {
  const all = await readAll(registry)
  const versions = all.map((each) => each.version)
  if (version === undefined && all.length > 1) {
    throw new RangeError(`There are rollouts of ${versions.join(', ')}; name the version to remove`)
  }
  const rollout = choose(all, version)
  if (rollout === all[0] && all.length > 1) {
    throw new RangeError(
      `${rollout.version} is the newest rollout; without it, the hub would return devices to ${versions[1]}, which ${PROGRAM} rollout rollback firmware does`,
    )
  }
  await registry.configurations.remove(rollout.id)
  print(
    `Removed the rollout of ${rollout.version}: devices keep their firmware, and devices that join later do not get it`,
  )
}

/** An update sends the etag from the read, so that it overwrites no change by another program. */
async function changeRollout(
  registry: Registry,
  version: string | undefined,
  change: (rollout: FirmwareRollout) => ConfigurationDocument | undefined,
): Promise<FirmwareRollout> {
  for (let attempts = 1; ; attempts++) {
    const rollout = choose(await readAll(registry), version)
    const changed = change(rollout)
    if (changed === undefined) return rollout
    try {
      await registry.configurations.update(changed)
      return rollout
    } catch (error) {
      const isLate = error instanceof ServiceError && error.code === 'ERR_CONFLICT'
      if (!isLate || attempts === 3) throw error
    }
  }
}

async function readAll(registry: Registry): Promise<readonly FirmwareRollout[]> {
  return rolloutsIn(await registry.configurations.list())
}

/** @param version the newest, if undefined */
function choose(all: readonly FirmwareRollout[], version: string | undefined): FirmwareRollout {
  const found = version === undefined ? all[0] : all.find((each) => each.version === version)
  if (found !== undefined) return found
  if (all.length === 0) throw none()
  throw new RangeError(
    `There is no rollout of ${version ?? ''}; there are rollouts of ${all.map((each) => each.version).join(', ')}`,
  )
}

function none(): RangeError {
  return new RangeError(`The hub has no rollout of firmware; ${PROGRAM} rollout firmware <version> starts one`)
}
