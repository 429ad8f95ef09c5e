export const DEFAULT_STATE = '.hubtwin/token-service'

/** The options that choose where a token service keeps its state. */
export interface StateOptions {
  readonly state?: string
  readonly store?: string
}
