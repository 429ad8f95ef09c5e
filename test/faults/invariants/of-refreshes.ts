import { TwinError, type TwinErrorCode } from '../../../core/src/errors.ts'
import type { TwinDocument } from '../../../core/src/protocol/document.ts'
import type { Play } from '../play.ts'

const CODES: readonly TwinErrorCode[] = ['ERR_TIMEOUT', 'ERR_THROTTLED', 'ERR_HUB', 'ERR_PROTOCOL', 'ERR_BAD_REQUEST']

/** Each `refresh()` returns a twin that is not older than the call, or rejects with a reason. */
export function faultsOfRefreshes({ refreshes }: Play): string[] {
  return refreshes.flatMap(({ version, outcome }) => {
    switch (outcome.type) {
      case 'pending':
        return ['refresh() is pending']
      case 'resolved': {
        const got = (outcome.value as TwinDocument).versions.desired
        return got >= version ? [] : [`refresh() gave version ${got}; the hub had ${version} when it was called`]
      }
      case 'rejected': {
        const { error } = outcome
        const isReason = error instanceof TwinError && CODES.includes(error.code)
        return isReason ? [] : [`refresh() rejected with ${String(error)}`]
      }
    }
  })
}
