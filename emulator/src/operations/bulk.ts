import type { Json, JsonObject } from '../rules/json.ts'
import { isObject } from '../rules/json.ts'
import { checkId } from '../rules/identity-id.ts'
import { parseIdentityWish } from '../rules/identity.ts'
import { Refusal } from '../rules/refusal.ts'
import type { Context } from './context.ts'
import { changeIdentity, createIdentity, deleteIdentity } from './identities.ts'

/** The result of POST /devices (protocol sheet 6.2). */
export interface BulkResult {
  readonly isSuccessful: boolean
  readonly errors: readonly JsonObject[]
  readonly warnings: readonly JsonObject[]
}

const maxDevices = 100

/** Creates, updates or deletes up to a hundred devices, each by itself: one that fails does not stop the others. */
export async function bulk(context: Context, body: Json): Promise<BulkResult> {
  if (!Array.isArray(body)) throw new Refusal('ArgumentInvalid', 'The body must be an array of devices')
  if (body.length > maxDevices) throw new Refusal('ArgumentInvalid', `At most ${maxDevices} devices at once`)
  const outcomes = await Promise.all((body as readonly Json[]).map((entry) => one(context, entry)))
  const errors = outcomes.filter((outcome) => outcome !== undefined)
  return { isSuccessful: errors.length === 0, errors, warnings: [] }
}

/** @returns what went wrong, or undefined */
async function one(context: Context, entry: Json): Promise<JsonObject | undefined> {
  const given = isObject(entry) ? entry['id'] : undefined
  try {
    if (!isObject(entry)) throw new Refusal('ArgumentInvalid', 'Each device must be an object')
    await carryOut(context, checkId('deviceId', given), entry)
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return {
      deviceId: typeof given === 'string' ? given : null,
      errorCode: error.number,
      errorStatus: `${error.code}: ${error.message}`,
    }
  }
}

async function carryOut(context: Context, deviceId: string, entry: JsonObject): Promise<void> {
  const identity = { deviceId }
  const { importMode, eTag, etag = eTag } = entry
  const ifMatch = typeof etag === 'string' ? etag : undefined
  // service.json spells the modes lower camel, the SDK sends both spellings.
  switch (typeof importMode === 'string' ? importMode.toLowerCase() : 'create') {
    case 'create':
      return void (await createIdentity(context, identity, parseIdentityWish(entry)))
    case 'update':
      return void (await changeIdentity(context, identity, parseIdentityWish(entry)))
    case 'updateifmatchetag':
      return void (await changeIdentity(context, identity, parseIdentityWish(entry), ifMatch ?? ''))
    case 'delete':
      return deleteIdentity(context, identity)
    case 'deleteifmatchetag':
      return deleteIdentity(context, identity, ifMatch ?? '')
    default:
      throw new Refusal(
        'ArgumentInvalid',
        'importMode must be create, update, updateIfMatchETag, delete or deleteIfMatchETag',
      )
  }
}
