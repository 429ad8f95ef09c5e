import type { Registry } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { type FirmwareRollout, idOf, newRollout, readRollout, rolloutsIn } from '../rollout/firmware-configuration.ts'
import { failureTable, hubScreen, rolloutLines } from '../rollout/hub-screen.ts'
import { countsOf, isOver, progressText, tallyOf } from '../rollout/rollout-counts.ts'
import { pauseText } from '../rollout/screen.ts'
import { countDevices, type RolloutState, watchRollout } from '../rollout/watch-rollout.ts'
import { print, printNotice } from '../terminal.ts'
import { pollIntervalInMs } from './hub-from-environment.ts'
import { checkFound, type RolloutFirmwareOptions } from './rollout-options.ts'
import { createReminder } from './reminder.ts'
import type { OpenRegistry } from './runner.ts'
import { EXIT, endText, startWatching } from './watching.ts'
import { PROGRAM } from './program-name.ts'

/**
 * Lets the hub roll out firmware, and watches it. The rollout is a configuration of the hub, so it
 * continues without this program, and the same command watches it again.
 *
 * @throws ServiceError if the hub rejects the configuration
 */
export async function rolloutByHub(
  openRegistry: OpenRegistry,
  version: string,
  options: RolloutFirmwareOptions,
): Promise<number> {
  const { id } = await startRollout(openRegistry(), version, options)
  const watching = startWatching(options.timeout)
  const isLive = process.stdout.isTTY
  const screen = hubScreen(isLive, rolloutLines, print)
  let latest: RolloutState | undefined
  const reminder = createReminder(options.silence, (seconds) => {
    if (latest !== undefined) screen.note(reminderText(latest, seconds, options.silence))
  })
  try {
    const last = await watchRollout(openRegistry({ isPatient: false }), id, {
      pollInMs: pollIntervalInMs(),
      signal: watching.signal,
      onState(state) {
        screen.show(state)
        latest = state
        reminder.restart()
      },
      onPause: (pause) => screen.note(pauseText(pause)),
    })
    screen.end()
    return summary(version, last, watching.signal, options, isLive)
  } finally {
    reminder.stop()
    watching.end()
  }
}

/** Adds the configuration of a rollout, or continues the existing rollout. */
async function startRollout(
  registry: Registry,
  version: string,
  { where, retryFailed = false, replace = false }: RolloutFirmwareOptions,
): Promise<FirmwareRollout> {
  const all = rolloutsIn(await registry.configurations.list())
  const top = Math.max(0, ...all.map(({ priority }) => priority))
  const present = all.find(({ id }) => id === idOf(version, where))
  const newer = all.filter(({ id, priority }) => id !== present?.id && priority >= (present?.priority ?? 0))
  checkReplaced(version, newer, replace)
  if (present !== undefined && !(retryFailed && hasFailures(present))) return continueRollout(registry, present, top)
  const count = await countDevices(registry, where)
  checkFound(count, where)
  if (present !== undefined) await registry.configurations.remove(present.id)
  const added = newRollout(version, where, new Date().toISOString(), top + 1)
  try {
    const rollout = readRollout(await registry.configurations.add(added))
    print(`${version}: the hub updates ${count === 1 ? '1 device' : `${count} devices`}; Ctrl+C only stops watching`)
    if (rollout !== undefined) return rollout
  } catch (error) {
    // Another terminal has started the same rollout in the meantime.
    if (!(error instanceof ServiceError) || error.code !== 'ERR_CONFLICT') throw error
    const rollout = readRollout(await registry.configurations.get(added.id))
    if (rollout !== undefined) return rollout
  }
  throw new ServiceError('ERR_PROTOCOL', `The configuration ${added.id} of the hub is no rollout of firmware`)
}

/**
 * The newest rollout wins on every device that several select, so a new rollout can take the
 * devices of another that is still running.
 */
function checkReplaced(version: string, newer: readonly FirmwareRollout[], mayReplace: boolean): void {
  const running = newer.find((each) => !each.isPaused && isRunning(each))
  if (running === undefined) return
  const { configuration, where = 'all devices' } = running
  const counts = countsOf(configuration)
  const progress = counts === undefined ? 'not counted yet' : progressText(counts)
  const subject = `the rollout of ${running.version} on ${where}, which is still running (${progress})`
  if (mayReplace) return printNotice(`${version} replaces ${subject}`)
  throw new Error(
    `${version} would replace ${subject}; --replace does so, and ${PROGRAM} rollout rollback firmware stops the other first`,
  )
}

function isRunning({ configuration }: FirmwareRollout): boolean {
  const counts = countsOf(configuration)
  return counts === undefined || !isOver(counts)
}

/** Gives a rollout precedence again after a later rollout has replaced it. */
async function continueRollout(registry: Registry, present: FirmwareRollout, top: number): Promise<FirmwareRollout> {
  const { configuration, version, isPaused, priority } = present
  if (isPaused)
    printNotice(`The rollout of ${version} is paused; ${PROGRAM} rollout resume firmware ${version} continues it`)
  const counts = countsOf(configuration)
  if (priority === top || counts === undefined || counts.applied === counts.targeted) return present
  printNotice(
    `Another rollout has replaced ${version} on ${counts.targeted - counts.applied} devices; ${version} now wins`,
  )
  await registry.configurations.update({ ...configuration, priority: top + 1 })
  return present
}

function hasFailures({ configuration }: FirmwareRollout): boolean {
  return (countsOf(configuration)?.failed ?? 0) > 0
}

function reminderText(state: RolloutState, seconds: number, silence: number): string {
  const waiting = state.counts === undefined ? 0 : tallyOf(state.counts).waiting
  if (waiting === 0 || seconds < silence) return `${rolloutLines(state, false)[0] ?? ''}, unchanged for ${seconds} s`
  const subject = waiting === 1 ? '1 device has' : `${waiting} devices have`
  return `${subject} not reacted for ${seconds} s: offline, or without a program that handles desired.firmware, as npm run demo:firmware-update does`
}

const MAX_ROWS = 50

function summary(
  version: string,
  last: RolloutState | undefined,
  signal: AbortSignal,
  { timeout }: RolloutFirmwareOptions,
  isLive: boolean,
): number {
  if (last === undefined) {
    printNotice(`The rollout of ${version} is no longer in the hub; another program has removed it`)
    return EXIT.unfinished
  }
  const { counts, failures } = last
  // The live screen already shows the table.
  if (!isLive && failures.length > 0) print(...failureTable(failures, MAX_ROWS).split('\n'))
  if (counts !== undefined) {
    const { targeted } = counts
    print(`${version} on ${targeted} ${targeted === 1 ? 'device' : 'devices'}: ${progressText(counts)}`)
  }
  if (counts === undefined || !isOver(counts) || signal.aborted) {
    printNotice(
      `${endText(signal, timeout)}: the hub continues the rollout without this terminal`,
      `The same command watches it again; ${PROGRAM} rollout pause firmware, or rollback in place of pause, stops it`,
    )
    return EXIT.unfinished
  }
  printNotice(`Devices that join later get this version too; ${PROGRAM} rollout remove firmware ends that`)
  if (counts.failed === 0) return EXIT.done
  printNotice('The same command with --retry-failed retries the failed devices')
  return EXIT.failed
}
