/** The devices of a fleet, in order. */
export type Roster =
  /** Each with its own key. */
  | { readonly type: 'list'; readonly connectionStrings: readonly string[] }
  /**
   * Devices of the registry by number. They authenticate with the key of a policy that may connect
   * devices, so the program neither reads nor changes their own keys.
   */
  | {
      readonly type: 'policy'
      readonly hub: string
      readonly prefix: string
      readonly from: number
      readonly to: number
    }

export function sizeOf(roster: Roster): number {
  return roster.type === 'list' ? roster.connectionStrings.length : roster.to - roster.from + 1
}

/** @param index from 0 */
export function connectionStringAt(roster: Roster, index: number): string {
  if (roster.type === 'list') return roster.connectionStrings[index] ?? ''
  return `${roster.hub};DeviceId=${deviceIdAt(roster, index)}`
}

export function deviceIdAt({ prefix, from }: Extract<Roster, { type: 'policy' }>, index: number): string {
  return `${prefix}${from + index}`
}
