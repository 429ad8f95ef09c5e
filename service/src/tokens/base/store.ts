/**
 * Durable storage for the service's keys, codes, revocations, and enrollments. Several processes
 * share it, and each sees a change by another process with its next request.
 *
 * A store that cannot respond rejects, and the service then refuses the request. A store never
 * guesses.
 */
export interface Store {
  readonly signingKeys: SigningKeyRecord
  readonly codes: CodeRecords
  readonly revocations: RevocationRecords
  readonly enrollments: EnrollmentRecords
}

/** The signing keys, as a single text. */
export interface SigningKeyRecord {
  read(): Promise<string | undefined>
  /**
   * Replaces the text only if it is still `before`; `undefined` stands for no text yet.
   *
   * @returns `true` for exactly one of several callers with the same `before`
   */
  replace(before: string | undefined, after: string): Promise<boolean>
}

/** A one-time code, without the code itself. Times are milliseconds since 1970. */
export interface CodeRecord {
  readonly deviceId: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** One-time codes by their hash. */
export interface CodeRecords {
  put(hash: string, record: CodeRecord): Promise<void>
  /**
   * Removes the record and returns it, in a single step.
   *
   * @returns the record for exactly one of several callers, for the others `undefined`
   */
  take(hash: string): Promise<CodeRecord | undefined>
}

/** The names that may not get passwords, each with the time until which it is revoked. */
export interface RevocationRecords {
  /**
   * @returns for each name the latest time in milliseconds since 1970, `Infinity` for a revocation
   *   without an end, or `undefined` for a name without a revocation
   */
  revokedUntil(names: readonly string[]): Promise<readonly (number | undefined)[]>
  /** A time earlier than the recorded time changes nothing. */
  revoke(name: string, until: number): Promise<void>
  /** Counts the revoked names. */
  count(): Promise<number>
}

/** The session of a device between its enrollment and the expiry of its last JWT. */
export interface SessionRecord {
  /** `jti` of the first JWT. */
  readonly id: string
  readonly deviceId: string
  /** Milliseconds since 1970. */
  readonly enrolledAt: number
  /** Milliseconds since 1970. A renewal moves it. */
  readonly expiresAt: number
}

/** The devices that ever enrolled, and their sessions. */
export interface EnrollmentRecords {
  /** Remembers the names of a device permanently. Keeps the first time of each name. */
  remember(names: readonly string[], at: number): Promise<void>
  /** Saves a session until it expires. */
  saveSession(session: SessionRecord): Promise<void>
  /** Reports whether a name was remembered, or is the ID of a session that has not expired. */
  knows(name: string): Promise<boolean>
  /** Counts the remembered names. */
  count(): Promise<number>
}
