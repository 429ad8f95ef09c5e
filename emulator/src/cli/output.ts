/**
 * Resolves when the reader of standard output closes it, as `head` does after its last line. A
 * program that runs until a signal then ends. Other programs end by themselves.
 */
export function outputIsClosed(): Promise<void> {
  return new Promise((resolve) => process.stdout.once('error', () => resolve()))
}

/**
 * Prevents an output error from ending the program with a stack trace. A closed pipe is not a
 * failure. A full disk is.
 */
export function handleOutputErrors(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    console.error(`The output cannot be written: ${error.message}`)
    process.exitCode = 1
  })
  process.stderr.on('error', () => undefined)
}
