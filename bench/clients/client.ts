import type { JsonObject } from 'hubtwin-emulator'

/** A measured client of the hub. Each adapter does the same with its own API. */
export interface Client {
  readonly name: string
  /** Resolves once the twin has been read. */
  open(connectionString: string): Promise<OpenedClient>
}

export interface OpenedClient {
  /** Calls back for every desired patch. Resolves once no later patch can be missed. */
  listen(listener: (desired: { readonly [key: string]: unknown }) => void): Promise<void>
  /**
   * Calls back with the value of a desired property after each of its changes. Only clients with
   * listeners at a path have it.
   */
  listenAt?(path: string, listener: (value: unknown) => void): void
  /** Resolves when the hub has acknowledged it. */
  report(patch: JsonObject): Promise<void>
  /** Reads the whole twin again. */
  refresh(): Promise<void>
  close(): Promise<void>
}
