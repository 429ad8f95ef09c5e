import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { Place } from './cli-process.ts'
import { later } from './cleanup.ts'
import { within } from './waits.ts'

/** A disk of a few megabytes, which only processes in its namespace see. */
export interface SmallDisk {
  readonly place: Place
  readonly folder: string
  resize(megabytes: number): void
}

/** The reason why this machine cannot mount such a disk, or undefined. */
export function smallDiskObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has private mounts'
  if (process.getuid?.() !== 0) return 'a mount needs root'
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'probe', '/mnt']).status === 0
    ? undefined
    : 'this machine allows no mount'
}

/** Mounts a tmpfs in its own mount namespace. The disk ends with the test. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = '/mnt'
  const mount = `mount -t tmpfs -o size=${megabytes}m hubtwin ${folder} && echo ready && exec cat`
  const holder = spawn('unshare', ['-m', 'sh', '-c', mount], { stdio: ['pipe', 'pipe', 'inherit'] })
  later(() => holder.kill('SIGKILL'))
  await within('the mount', once(holder.stdout, 'data'))
  const enter = ['nsenter', '--mount', '--target', String(holder.pid)] as const
  return {
    place: { enter, root: `/proc/${holder.pid}/root` },
    folder,
    resize(wanted) {
      const [command, ...rest] = enter
      const remount = [...rest, 'mount', '-o', `remount,size=${wanted}m`, folder]
      if (spawnSync(command, remount).status !== 0) throw new Error('The disk could not be resized')
    },
  }
}
