/** A database that can be closed and opened again. */
export interface Reopened {
  open(): Promise<void>
  close(): Promise<void>
}

/**
 * Makes writes go one by one, and opens the database anew before the first write after a failed one.
 *
 * LevelDB takes writes after a failed one, but a disk that was full for a moment has left half a record in its log: all that is appended behind it
 * is told as written, and lost at the next start. Opening makes a new log. As long as that fails too, so does every write.
 *
 * @returns carries out a write
 */
export function reopenAfterFailure(database: Reopened): (write: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  let isBroken = false

  async function carryOut(write: () => Promise<void>): Promise<void> {
    if (isBroken) {
      await database.close()
      await database.open()
    }
    isBroken = true
    await write()
    isBroken = false
  }

  return (write) => {
    const done = last.then(() => carryOut(write))
    last = done.catch(() => undefined)
    return done
  }
}
