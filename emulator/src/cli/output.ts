/**
 * Resolves when the reader of standard output is gone, as `head` is after its lines. Programs that
 * run until a signal end then; others end by themselves.
 */
export function outputIsClosed(): Promise<void> {
  return new Promise((resolve) => process.stdout.once('error', () => resolve()))
}

/**
 * Keeps an error of the output from ending the program with a stack. A reader that is gone is not a
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
