import type { Registry } from '../registry.ts'
import { folderStore } from '../runtime/folder-store.ts'
import { storedRevocations } from '../tokens/revocations.ts'

export interface RevokeOptions {
  readonly state: string
  readonly disable?: boolean
}

/** Ends what was issued to a device, or one JWT by its id, from the next request on; and at the hub too where that is asked for. */
export async function revoke(
  openRegistry: () => Registry,
  subjectOrId: string,
  { state, disable = false }: RevokeOptions,
): Promise<void> {
  if (/\s/.test(subjectOrId) || subjectOrId === '' || subjectOrId.startsWith('#')) {
    throw new SyntaxError(`${JSON.stringify(subjectOrId)} is neither a subject nor the id of a token`)
  }
  await storedRevocations(folderStore(state)).revoke(subjectOrId)
  console.log(`${subjectOrId} gets no passwords any more; a new one-time code lets it in again`)
  if (disable) {
    const registry = openRegistry()
    await registry.disableDevice(subjectOrId)
    console.log(`${subjectOrId} is disabled at ${registry.authority}`)
  } else {
    console.log('A password that it has is good until it is over; --disable shuts it out of the hub too')
  }
}
