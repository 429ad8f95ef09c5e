/** A place of the service's own for keys, codes and revocations; several processes may use one at a time. */
export interface Store {
  /** @returns the text as it is now, `undefined` where there is none */
  read(name: string): Promise<string | undefined>
  /** Replaces the text whole: a reader gets the old one or the new one. */
  write(name: string, text: string): Promise<void>
  /** Writes it only where there is none. @returns whether it did: of several callers one gets `true` */
  create(name: string, text: string): Promise<boolean>
  append(name: string, text: string): Promise<void>
  /** @returns whether this call removed it: of several callers one gets `true` */
  remove(name: string): Promise<boolean>
  /** The names that begin with a prefix. */
  list(prefix: string): Promise<readonly string[]>
}
