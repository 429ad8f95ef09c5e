/** The text to show for an error. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
