import { clientId, type DeviceIdentity } from '../../protocol/identity.ts'
import type { JsonObject } from '../../protocol/json.ts'
import { copyReportedPatch } from '../../protocol/limits.ts'
import type { Clock } from '../../session/clock.ts'
import type { TwinStorage } from '../../session/storage.ts'

/** Keeps unconfirmed reports over a restart. Neither function rejects or waits forever. */
export interface ReportStorage {
  load(): Promise<readonly JsonObject[]>
  save(patches: readonly JsonObject[]): Promise<void>
}

export interface ReportStorageOptions {
  readonly storage: TwinStorage
  readonly identity: DeviceIdentity
  readonly clock: Clock
  readonly timeoutInMs: number
  /**
   * The storage failed: a full disk, a quota, a text that is not a list of patches. The twin goes
   * on.
   */
  readonly onError: (error: unknown) => void
}

export function createReportStorage(options: ReportStorageOptions): ReportStorage {
  const { storage, identity, clock, timeoutInMs, onError } = options
  const key = `hubtwin/${identity.hostName}/${clientId(identity)}/reported`

  async function attempt<T>(call: () => T | Promise<T>, otherwise: T): Promise<T> {
    let cancel = (): void => {}
    const deadline = new Promise<never>((_, reject) => {
      cancel = clock.after(timeoutInMs, () => reject(new Error(`Storage did not answer within ${timeoutInMs} ms`)))
    })
    try {
      return await Promise.race([call(), deadline])
    } catch (error) {
      onError(error)
      return otherwise
    } finally {
      cancel()
    }
  }

  return {
    load: () => attempt(async () => readPatches((await storage.get(key)) ?? '[]'), []),
    save: (patches) =>
      attempt<void>(
        () => (patches.length === 0 ? storage.remove(key) : storage.set(key, JSON.stringify(patches))),
        undefined,
      ),
  }
}

/**
 * Another page, program or release may write this text, so it is checked as strictly as app input.
 */
function readPatches(text: string): readonly JsonObject[] {
  const patches: unknown = JSON.parse(text)
  if (!Array.isArray(patches)) throw new SyntaxError('Storage has text that is not a list of patches')
  return patches.map((patch, index) => copyReportedPatch(patch, `reportStorage[${index}]`))
}
