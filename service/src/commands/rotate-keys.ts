import { print } from '../terminal.ts'
import { openEnrollment } from '../tokens/enrollment/enrollment.ts'
import { withExistingState } from './state.ts'
import type { StateOptions } from './state-options.ts'

export interface RotateKeysOptions extends StateOptions {
  readonly tokenDays: number
  readonly dropOld?: boolean
}

/** Generates a new signing key. A running token service signs with it at once. */
export async function rotateKeys({ tokenDays, dropOld = false, ...options }: RotateKeysOptions): Promise<void> {
  await withExistingState(options, async ({ store }) => {
    const { keys } = openEnrollment(store, { tokenLifetimeInSeconds: tokenDays * 24 * 60 * 60 })
    const { jwk } = await keys.rotate({ keepOld: !dropOld })
    const kept = (await keys.all()).length - 1
    const older =
      kept === 1
        ? '1 older key stays valid for the tokens that it signed'
        : `${kept} older keys stay valid for the tokens that they signed`
    print(`Signing with ${jwk.kid ?? 'a new key'}; ${older}`)
    if (dropOld) print('All earlier tokens are invalid: each device needs a new one-time code')
  })
}
