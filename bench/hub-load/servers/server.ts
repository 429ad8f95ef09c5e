import { readFile } from 'node:fs/promises'
import type { Target } from '../target.ts'

/** A measured server, in its own process. */
export interface Server {
  readonly name: string
  readonly pid: number
  readonly target: Target
  /** Registers devices, if the server needs it. */
  register(numbers: readonly number[]): Promise<void>
  /** Bytes of the heap and its external memory after a collection, if the server has a heap. */
  heap?(): Promise<number>
  stop(): Promise<void>
}

/** The resident memory of a process in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024
}

/**
 * The processor time of a process in microseconds, with threads and system calls, in steps of 10
 * ms.
 */
export async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The second field is the program's name in parentheses, which may hold spaces. After it, the
  // 12th and 13th fields are user and system time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}
