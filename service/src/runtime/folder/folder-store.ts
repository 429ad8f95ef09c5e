import { join } from 'node:path'
import type { CodeRecord, CodeRecords, EnrollmentRecords, RevocationRecords, Store } from '../../tokens/base/store.ts'
import { rememberedNames } from './remembered-names.ts'
import { parseRevocations } from './revocation-lines.ts'
import { type TextFiles, textFiles } from './text-files.ts'
import { lockedKeys } from './locked-keys.ts'

const CODES = 'codes/'
const SESSIONS = 'sessions/'
const REVOKED = 'revoked.txt'
/** Each sweep reads all records of sessions, so a busy service must not sweep for each request. */
const SWEEP_INTERVAL_IN_MS = 3_600_000

export interface FolderStoreOptions {
  /** Called with a sentence for each file or line that the operator should repair. */
  readonly onDoubt?: ((message: string) => void) | undefined
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined
}

/**
 * Opens a store in a folder that only its owner may read. Several processes of a machine may share
 * it. The operator may edit `revoked.txt`.
 *
 * @param folder created with the first write
 * @example
 * ```ts
 * import { folderStore } from 'hubtwin-service'
 *
 * const store = folderStore('/var/lib/token-service')
 * await store.revocations.revoke('kiosk-7', Date.now())
 * ```
 */
export function folderStore(folder: string, options: FolderStoreOptions = {}): Store {
  const { onDoubt = () => undefined, now = Date.now } = options
  const files = textFiles(folder)
  return {
    signingKeys: lockedKeys(files),
    codes: codesOf(files, now, (name) => onDoubt(`Skipping ${join(folder, name)}, which holds no code`)),
    revocations: revocationsOf(files, (doubt) => onDoubt(`${join(folder, REVOKED)}, ${doubt}`)),
    enrollments: enrollmentsOf(files, now),
  }
}

/** @param onSkipped called with each file that holds no code: a full disk leaves empty files */
function codesOf(files: TextFiles, now: () => number, onSkipped: (name: string) => void): CodeRecords {
  async function read(name: string): Promise<CodeRecord | undefined> {
    try {
      const text = await files.read(name)
      return text === undefined ? undefined : readCode(JSON.parse(text))
    } catch {
      onSkipped(name)
      return undefined
    }
  }

  return {
    async put(hash, record) {
      for (const name of await files.list(CODES)) {
        const old = await read(name)
        if (old !== undefined && old.expiresAt <= now()) await files.remove(name)
      }
      await files.write(`${CODES}${hash}.json`, JSON.stringify(record))
    },
    async take(hash) {
      const name = `${CODES}${hash}.json`
      const record = await read(name)
      // If several clients send the same code at the same time, only a single client removes it.
      return record !== undefined && (await files.remove(name)) ? record : undefined
    },
  }
}

/**
 * An older version wrote records without a creation time: every revocation of the device counts as
 * later.
 */
function readCode(value: unknown): CodeRecord {
  const { deviceId, createdAt = 0, expiresAt } = value as Partial<CodeRecord>
  if (typeof deviceId !== 'string' || typeof createdAt !== 'number' || typeof expiresAt !== 'number') {
    throw new SyntaxError('A file holds no one-time code')
  }
  return { deviceId, createdAt, expiresAt }
}

function revocationsOf(files: TextFiles, onDoubt: (message: string) => void): RevocationRecords {
  let parsed: { readonly text: string; readonly until: ReadonlyMap<string, number> } = { text: '', until: new Map() }

  async function current(): Promise<ReadonlyMap<string, number>> {
    const text = (await files.read(REVOKED)) ?? ''
    if (parsed.text !== text) parsed = { text, until: parseRevocations(text, onDoubt) }
    return parsed.until
  }

  return {
    async revokedUntil(names) {
      const until = await current()
      return names.map((name) => until.get(name))
    },
    async revoke(name, until) {
      // A line that a person wrote may lack its line break.
      const text = (await files.read(REVOKED)) ?? ''
      const start = text === '' || text.endsWith('\n') ? '' : '\n'
      await files.append(REVOKED, `${start}${name} ${new Date(until).toISOString()}\n`)
    },
    count: async () => (await current()).size,
  }
}

function enrollmentsOf(files: TextFiles, now: () => number): EnrollmentRecords {
  const names = rememberedNames(files)
  let sweptAt = 0

  async function expiryOf(name: string): Promise<number> {
    try {
      return Number((JSON.parse((await files.read(name)) ?? '{}') as { expiresAt?: unknown }).expiresAt ?? 0)
    } catch {
      return 0
    }
  }

  async function sweep(): Promise<void> {
    if (now() - sweptAt < SWEEP_INTERVAL_IN_MS) return
    sweptAt = now()
    for (const name of await files.list(SESSIONS)) if ((await expiryOf(name)) <= now()) await files.remove(name)
  }

  return {
    remember: (fresh, at) => names.add(fresh, at),
    async saveSession(session) {
      await sweep()
      await files.write(sessionFile(session.id), JSON.stringify(session))
    },
    async knows(name) {
      if (await names.has(name)) return true
      return isSessionId(name) && (await expiryOf(sessionFile(name))) > now()
    },
    count: () => names.count(),
  }
}

/** A name becomes a part of a path only if it is a UUID. */
function isSessionId(name: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)
}

function sessionFile(id: string): string {
  if (!isSessionId(id)) throw new TypeError('The ID of a session is not a UUID')
  return `${SESSIONS}${id}.json`
}
