import { print } from '../terminal.ts'
import { openEnrollment } from '../tokens/enrollment/enrollment.ts'
import { openState } from './state.ts'

export interface RotateKeysOptions {
  readonly state: string
  readonly tokenDays: number
  readonly dropOld?: boolean
}

/** Makes a new signing key; a service that is running signs with it at once. */
export async function rotateKeys({ state, tokenDays, dropOld = false }: RotateKeysOptions): Promise<void> {
  const tokenLifetimeInSeconds = tokenDays * 24 * 60 * 60
  const { keys } = openEnrollment(await openState(state), { tokenLifetimeInSeconds })
  const { jwk } = await keys.rotate({ keepOld: !dropOld })
  const kept = (await keys.all()).length - 1
  const older = kept === 1 ? '1 older key proves what it signed' : `${kept} older keys prove what they signed`
  print(`Signing with ${jwk.kid ?? 'a new key'}; ${older}`)
  if (dropOld) print('Every token that was issued before is void: each device needs a new one-time code')
}
