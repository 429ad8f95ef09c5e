import { Refusal } from '../errors/refusal.ts'

/** The refusal of a query that does not parse, with the position of the problem. */
export class QuerySyntaxError extends Refusal {
  /** The number of UTF-16 code units before the problem. */
  readonly offset: number

  /** @param message starts with `Line 1, col 15: ` */
  constructor(message: string, offset: number) {
    super('ArgumentInvalid', `The query is not valid: ${message}`)
    this.offset = offset
  }
}
