#!/usr/bin/env node
import { createRequire } from 'node:module'
import process from 'node:process'
import { CommanderError } from 'commander'
import { FleetFailure } from './failure.ts'
import { openFilesProblem } from './open-files.ts'
import { type FleetOptions, readOptions } from './options.ts'
import { endAtOutputErrors, fileProblem, openCsv, type Outcome, writeJson } from './output.ts'
import { type Plan, planOf } from './plan.ts'
import { register } from './registration.ts'
import { deviceIdAt, sizeOf } from './roster.ts'
import { type Measured, runFleet } from './run.ts'
import type { Sample } from './sample.ts'
import { lineScreen, liveScreen } from './screen.ts'

const EXIT = { finished: 0, failed: 1, usage: 2, stopped: 3 } as const

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

endAtOutputErrors()
try {
  process.exitCode = await main(readOptions(process.argv.slice(2), version))
} catch (error) {
  process.exitCode = exitCodeFor(error)
}
// The SDK of the registry keeps its connections open.
process.exit()

async function main(options: FleetOptions): Promise<number> {
  const plan = planOf(options)
  const devices = sizeOf(plan.roster)
  const problem = openFilesProblem(devices) ?? fileProblem('--csv', options.csv) ?? fileProblem('--json', options.json)
  if (problem !== undefined) throw new FleetFailure(problem)
  console.log(
    `${count(devices)} of model ${options.model} for ${plan.authority}, ${plan.connectRate} connections per second`,
  )
  if (plan.warning !== undefined) console.error(plan.warning)
  const stop = stopSignal()
  if (options.create) await changeRegistry('create', plan, stop)
  const started = Date.now()
  const samples: Sample[] = []
  const measured = await measure(plan, options, samples, stop)
  const outcome = outcomeOf(measured)
  if (options.json !== undefined) {
    writeJson(options.json, {
      options: { ...options, startedAt: new Date(started).toISOString() },
      outcome,
      ...measured,
      samples,
    })
  }
  console.log(summaryOf(measured))
  if (options.delete) await changeRegistry('delete', plan, AbortSignal.timeout(600_000))
  if (outcome.type === 'failed') throw new FleetFailure(outcome.reason)
  return EXIT[outcome.type]
}

async function measure(plan: Plan, options: FleetOptions, samples: Sample[], stop: AbortSignal): Promise<Measured> {
  const screen = process.stdout.isTTY ? liveScreen() : lineScreen()
  const csv = options.csv === undefined ? undefined : openCsv(options.csv)
  const signals = [stop, ...(options.duration === undefined ? [] : [AbortSignal.timeout(options.duration * 1000)])]
  try {
    return await runFleet(
      plan,
      options,
      {
        sample(sample) {
          samples.push(sample)
          csv?.add(sample)
          screen.show(sample)
        },
        note: (line) => screen.note(line),
      },
      AbortSignal.any(signals),
    )
  } finally {
    screen.end()
  }
}

async function changeRegistry(kind: 'create' | 'delete', { roster }: Plan, signal: AbortSignal): Promise<void> {
  if (roster.type === 'list') return
  const ids = Array.from({ length: sizeOf(roster) }, (_, index) => deviceIdAt(roster, index))
  const changed = await register(kind, roster.hub, ids, (line) => console.log(line), signal)
  console.log(registrationText(kind, changed, ids.length))
}

function registrationText(kind: 'create' | 'delete', changed: number, all: number): string {
  const [did, others] = kind === 'create' ? ['Created', 'existed already'] : ['Deleted', 'did not exist']
  return `${did} ${count(changed)}${changed < all ? `; ${all - changed} ${others}` : ''}`
}

/** The first Ctrl+C closes the fleet. The second ends the program. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT.stopped)
      console.error('Closing the connections; press Ctrl+C again to end at once')
      controller.abort()
    })
  }
  return controller.signal
}

function outcomeOf({ problem, secondsUntilAllSynced }: Measured): Outcome {
  if (problem !== undefined) return { type: 'failed', reason: problem }
  return { type: secondsUntilAllSynced === undefined ? 'stopped' : 'finished' }
}

function summaryOf({ last, secondsUntilAllSynced, memoryPerDeviceInKB }: Measured): string {
  const parts = [
    secondsUntilAllSynced === undefined
      ? `${last.synced} of ${count(last.devices)} synced`
      : `All ${count(last.devices)} synced after ${secondsUntilAllSynced.toFixed(1)} s`,
    `${last.reports} reports`,
    ...(last.telemetry > 0 ? [`${last.telemetry} telemetry messages`] : []),
    `${last.desiredChanges} desired changes`,
  ]
  // For a small fleet, the memory is mostly that of the program.
  if (last.devices >= 1000) parts.push(`${memoryPerDeviceInKB} kB of memory per device`)
  return parts.join('; ')
}

function count(devices: number): string {
  return `${devices} device${devices === 1 ? '' : 's'}`
}

/** Prints an error as a line. Commander has already printed its own. */
function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.finished : EXIT.usage
  console.error(error instanceof Error ? error.message : String(error))
  return EXIT.failed
}
