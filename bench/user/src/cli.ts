#!/usr/bin/env node
import { createRequire } from 'node:module'
import process from 'node:process'
import { readTarget, type Target } from './connection-string.ts'
import { cleanUp, type Round, runRound } from './device.ts'
import { HELP, readOptions, UsageError } from './options.ts'
import { costOf, type Plan, TRANSPORTS, type Transport } from './plan.ts'
import { figuresOf, type Result, textOf } from './result.ts'
import { roundTripTimes } from './round-trip.ts'
import { spreadOf } from './statistics.ts'

const EXIT_FAILED = 1
const EXIT_USAGE = 2
const EXIT_STOPPED = 130

const REVERSED: readonly Transport[] = ['hubtwin/light', 'hubtwin']

// A reader of the first lines (`| head`) closes the pipe. The run still removes its property.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  console.error(`The output cannot be written: ${error.message}`)
  process.exitCode = EXIT_FAILED
})
process.stderr.on('error', () => undefined)

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort())

try {
  await main()
} catch (error) {
  if (stop.signal.aborted) {
    console.error('Stopped')
    process.exitCode = EXIT_STOPPED
  } else {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED
  }
}

async function main(): Promise<void> {
  const { help, version, json, dryRun, plan } = readOptions(process.argv.slice(2))
  if (help) return console.log(HELP)
  if (version) return console.log(versionOf())
  const target = readTarget(process.env['IOTHUB_DEVICE_CONNECTION_STRING'])
  const { connections, expectedMessages, maxMessages } = costOf(plan)
  // With --json, stdout holds only the result.
  console.error(`Device ${target.deviceId} of ${target.url.host}`)
  console.error(
    `The run opens ${connections} connections and costs about ${expectedMessages} messages of the daily quota, at most ` +
      `${maxMessages}, for a twin of up to 4 KB (0.5 KB on F1). F1 has 8,000 messages per day, S1 400,000 per unit.`,
  )
  if (dryRun) return
  const result = await measure(target, plan)
  console.log(json ? JSON.stringify(result, null, 2) : `\n${textOf(result)}`)
}

async function measure(target: Target, plan: Plan): Promise<Result> {
  const times = await roundTripTimes(target.url, stop.signal).catch((error: unknown) => {
    throw new Error(`No hub answers at ${target.url.host}: ${error instanceof Error ? error.message : String(error)}`)
  })
  const rounds: Record<Transport, Round[]> = { hubtwin: [], 'hubtwin/light': [] }
  // Whether the hub may hold a report of this run.
  let isDirty = false
  const onOpened = (): void => void (isDirty = true)
  try {
    for (let round = 1; round <= plan.rounds; round++) {
      // The transports alternate, and each goes first equally often.
      for (const transport of round % 2 === 1 ? TRANSPORTS : REVERSED) {
        rounds[transport].push(
          await runRound(transport, target.connectionString, plan, { onOpened, signal: stop.signal }),
        )
      }
      console.error(`Round ${round} of ${plan.rounds}`)
    }
    await cleanUp(target.connectionString)
    isDirty = false
  } finally {
    if (isDirty) await cleanUpAfterFailure(target)
  }
  const roundTripTime = spreadOf(times)
  return {
    hub: target.url.host,
    node: process.version,
    plan,
    roundTripTime,
    transports: {
      hubtwin: figuresOf(rounds.hubtwin, plan, roundTripTime),
      'hubtwin/light': figuresOf(rounds['hubtwin/light'], plan, roundTripTime),
    },
    rounds,
  }
}

/**
 * The failure itself is the message for the user. This prints another line only if the property
 * remains.
 */
async function cleanUpAfterFailure({ connectionString }: Target): Promise<void> {
  await cleanUp(connectionString).catch(() => {
    console.error('The reported property "hubtwinBench" remains; the next run removes it')
  })
}

function versionOf(): string {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string }
  return version
}
