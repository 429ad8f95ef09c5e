/** Wrong usage that commander does not notice. The program exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
