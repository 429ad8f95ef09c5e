/** A database that can be closed and opened again. */
export interface ReopenableDatabase {
  open(): Promise<void>
  close(): Promise<void>
}

/**
 * Runs writes in sequence, and reopens the database before the first write after a failed write.
 *
 * LevelDB accepts writes after a failed write. But a disk that was full for a moment leaves half a
 * record in the log. LevelDB then reports later writes as done and loses them at the next start.
 * Opening creates a new log. While opening fails, so does every write.
 *
 * @returns a function that runs a write
 */
export function reopenAfterFailure(database: ReopenableDatabase): (write: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  let isBroken = false

  async function run(write: () => Promise<void>): Promise<void> {
    if (isBroken) {
      await database.close()
      await database.open()
    }
    isBroken = true
    await write()
    isBroken = false
  }

  return (write) => {
    const done = last.then(() => run(write))
    last = done.catch(() => undefined)
    return done
  }
}
