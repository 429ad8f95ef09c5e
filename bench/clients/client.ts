import type { JsonObject } from 'hubtwin-emulator'

/** A measured client of the hub. Each adapter implements it with the client's own API. */
export interface Client {
  readonly name: string
  /** Resolves once the client has read the twin. */
  open(connectionString: string): Promise<OpenedClient>
}

export interface OpenedClient {
  /** Calls back for every desired patch. Resolves once the client cannot miss a later patch. */
  listen(listener: (desired: { readonly [key: string]: unknown }) => void): Promise<void>
  /**
   * Calls back with the value of a desired property after each of its changes. Only clients with
   * listeners for a path have this.
   */
  listenAt?(path: string, listener: (value: unknown) => void): void
  /** Resolves when the hub has acknowledged it. */
  report(patch: JsonObject): Promise<void>
  /** Reads the whole twin again. */
  refresh(): Promise<void>
  close(): Promise<void>
}
