import type { JsonObject } from 'hubtwin-emulator'

/** A client of the hub that is measured: each does the same in its own words. */
export interface Client {
  readonly name: string
  /** Resolves once the twin has been read. */
  open(connectionString: string): Promise<OpenedClient>
}

export interface OpenedClient {
  /** Calls for every desired update; resolves when it can be sure that none is missed. */
  listen(listener: (desired: { readonly [key: string]: unknown }) => void): Promise<void>
  /** Resolves when the hub has acknowledged it. */
  report(patch: JsonObject): Promise<void>
  close(): Promise<void>
}
