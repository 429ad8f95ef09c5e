import { print } from '../terminal.ts'
import { openEnrollment } from '../tokens/enrollment/enrollment.ts'
import { openState } from './state.ts'

export interface RotateKeysOptions {
  readonly state: string
  readonly tokenDays: number
  readonly dropOld?: boolean
}

/** Generates a new signing key. A running token service signs with it at once. */
export async function rotateKeys({ state, tokenDays, dropOld = false }: RotateKeysOptions): Promise<void> {
  const tokenLifetimeInSeconds = tokenDays * 24 * 60 * 60
  const { keys } = openEnrollment(await openState(state), { tokenLifetimeInSeconds })
  const { jwk } = await keys.rotate({ keepOld: !dropOld })
  const kept = (await keys.all()).length - 1
  const older =
    kept === 1
      ? '1 older key stays valid for the tokens that it signed'
      : `${kept} older keys stay valid for the tokens that they signed`
  print(`Signing with ${jwk.kid ?? 'a new key'}; ${older}`)
  if (dropOld) print('All earlier tokens are invalid: each device needs a new one-time code')
}
