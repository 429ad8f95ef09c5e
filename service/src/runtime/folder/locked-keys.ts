import type { SigningKeyRecord } from '../../tokens/base/store.ts'
import type { TextFiles } from './text-files.ts'

const FILE = 'signing-keys.json'
const LOCK = 'signing-keys.lock'
/** A process that holds the lock for longer has ended without removing it. */
const STALE_AFTER_IN_MS = 10_000
const PAUSE_IN_MS = 20

/**
 * Keeps the signing keys in a file. A file system cannot compare and replace in a single step, so a
 * second file serves as the lock for replacing the first.
 */
export function lockedKeys(files: TextFiles): SigningKeyRecord {
  async function lock(): Promise<void> {
    while (!(await files.create(LOCK, String(Date.now())))) {
      const since = Number(await files.read(LOCK))
      if (Date.now() - since > STALE_AFTER_IN_MS) await files.remove(LOCK)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_IN_MS))
    }
  }

  return {
    read: () => files.read(FILE),
    async replace(before, after) {
      if (before === undefined) return files.create(FILE, after)
      await lock()
      try {
        if ((await files.read(FILE)) !== before) return false
        await files.write(FILE, after)
        return true
      } finally {
        await files.remove(LOCK)
      }
    },
  }
}
