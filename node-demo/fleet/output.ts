import { accessSync, appendFileSync, constants, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { stringify } from 'csv-stringify/sync'
import { ERROR_CODES } from './counters.ts'
import type { Sample } from './sample.ts'

/** The result of a run, as the JSON file holds it. */
export interface Result {
  /** Without secrets. */
  readonly options: object
  readonly outcome: Outcome
  readonly last: Sample | undefined
  readonly secondsUntilAllSynced: number | undefined
  /** The growth of the process with the fleet, divided by the devices. */
  readonly memoryPerDeviceInKB: number | undefined
  readonly samples: readonly Sample[]
}

export type Outcome =
  | { readonly type: 'finished' }
  /** Whether the user stopped the run before every device was synchronized. */
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly reason: string }

/** Writes each sample as a row immediately, so the file is complete whenever the program ends. */
export interface CsvFile {
  add(sample: Sample): void
}

/** Checks before the run whether the program can write the file of an option. */
export function fileProblem(option: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  const folder = dirname(file)
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found === undefined) return `${option} is ${file}, but there is no folder ${folder}`
  if (!found.isDirectory()) return `${option} is ${file}, but ${folder} is not a folder`
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch {
    return `${option} is ${file}, but you may not write to the folder ${folder}`
  }
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true
  return isFolder ? `${option} is ${file}, but it is a folder` : undefined
}

/**
 * Ends the program when its output cannot be written. A reader of the first lines (`| head`) closes
 * the pipe, which is not a failure. A full disk is.
 */
export function endAtOutputErrors(): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    console.error(`The output cannot be written: ${error.message}`)
    process.exit(1)
  })
  process.stderr.on('error', () => undefined)
}

export function openCsv(file: string): CsvFile {
  let isNew = true
  return {
    add(sample) {
      const text = stringify([rowOf(sample)], { header: isNew })
      if (isNew) writeFileSync(file, text)
      else appendFileSync(file, text)
      isNew = false
    },
  }
}

/** Replaces the file as a whole. */
export function writeJson(file: string, result: Result): void {
  const draft = `${file}.${process.pid}.part`
  writeFileSync(draft, `${JSON.stringify(result, null, 2)}\n`)
  renameSync(draft, file)
}

/** Every row has the same columns, including codes that never occur. */
function rowOf({ errors, ...figures }: Sample): Readonly<Record<string, unknown>> {
  return { ...figures, ...Object.fromEntries(ERROR_CODES.map((code) => [code, errors[code] ?? 0])) }
}
