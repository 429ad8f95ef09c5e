import { ServiceError } from './service-error.ts'

/** A device that a bulk request did not create or delete. */
export interface BulkRefusal {
  readonly deviceId: string
  /** The device exists already, or is already gone. */
  readonly isAlreadyDone: boolean
  /** The hub's code for the reason: a name or a number. */
  readonly reason: string
}

/**
 * Codes of IoT Hub: a device that exists, and a device that does not exist (IoT Hub: error codes).
 */
const ALREADY_DONE: ReadonlySet<string> = new Set(['DeviceAlreadyExists', '409001', 'DeviceNotFound', '404001'])

/**
 * Reads the `BulkRegistryOperationResult` of a bulk request. A hub may send it with 200 or, if it
 * refused a device, with 400 (IoT Hub REST: Bulk Registry, Update Registry).
 *
 * @throws ServiceError ERR_PROTOCOL if the response is something else
 */
export async function bulkRefusals(
  authority: string,
  request: Promise<{ readonly responseBody: unknown }>,
): Promise<readonly BulkRefusal[]> {
  const body = await request.then(
    ({ responseBody }) => responseBody,
    (error: unknown) => {
      const refused = resultIn(error)
      if (refused === undefined) throw error
      return refused
    },
  )
  if (!isResult(body)) {
    throw new ServiceError(
      'ERR_PROTOCOL',
      `${authority} responded to a bulk request with something other than its result`,
    )
  }
  return body.errors.map(({ deviceId, errorCode }) => ({
    deviceId: String(deviceId),
    isAlreadyDone: ALREADY_DONE.has(String(errorCode)),
    reason: String(errorCode),
  }))
}

interface BulkResult {
  readonly isSuccessful: boolean
  readonly errors: readonly { readonly deviceId?: unknown; readonly errorCode?: unknown }[]
}

/** The SDK keeps the text of a rejection as `responseBody`. */
function resultIn(error: unknown): unknown {
  const { responseBody } = error as { readonly responseBody?: unknown }
  if (typeof responseBody !== 'string') return undefined
  try {
    const body: unknown = JSON.parse(responseBody)
    return isResult(body) ? body : undefined
  } catch {
    return undefined
  }
}

function isResult(body: unknown): body is BulkResult {
  const { isSuccessful, errors } = (body ?? {}) as Partial<BulkResult>
  return typeof isSuccessful === 'boolean' && Array.isArray(errors)
}
