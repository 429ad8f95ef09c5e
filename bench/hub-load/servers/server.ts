import { readFile } from 'node:fs/promises'
import type { Target } from '../target.ts'

/** What is measured: a server in a process of its own. */
export interface Server {
  readonly name: string
  readonly pid: number
  readonly target: Target
  /** Makes devices known, where the server has to know them. */
  register(numbers: readonly number[]): Promise<void>
  /** Bytes on the heap and of what hangs on it, after a collection. Where there is a heap. */
  heap?(): Promise<number>
  stop(): Promise<void>
}

/** Bytes of a process in memory, by the operating system. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024
}

/** Microseconds of processor that a process has taken, threads and system calls included; in steps of 10 ms. */
export async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name of the program comes second, in brackets, and may hold blanks. Behind it, user and system time are the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}
