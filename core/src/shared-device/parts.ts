import type { AttachedFeatures } from '../device/attach-features.ts'
import type { LiveConnection } from '../device/feature.ts'
import type { Hosting } from '../device/hosting.ts'
import type { Channel } from '../session/features.ts'
import type { TabChannel } from './tab-channel.ts'
import type { RemoteChannel } from './remote-channel.ts'
import type { Router } from './router.ts'

/** The connection that the features of a tab use. */
export type Mode =
  /** There is no leader, or this tab sleeps. */
  { readonly type: 'detached' } | { readonly type: 'following'; readonly term: string } | Leading

export const DETACHED: Mode = { type: 'detached' }

/** This tab has the connection. */
export interface Leading {
  readonly type: 'leading'
  readonly term: string
  readonly channel: Channel
  readonly state: LiveConnection
}

/** The parts of a shared device in a tab. */
export interface TabParts {
  /** The name of this tab. */
  readonly own: string
  mode: Mode
  readonly tabChannel: TabChannel
  readonly remote: RemoteChannel
  readonly hosting: Hosting
  readonly attached: AttachedFeatures
  readonly router: Router
}

/** Replaces the connection. Its open publishes fail, and no PUBACK for its messages leaves. */
export function setMode(parts: TabParts, mode: Mode): void {
  parts.mode = mode
  parts.remote.interrupt()
  parts.router.dispatch({ type: 'reset' })
  parts.attached.handleConnection({ type: 'connecting' })
}

/** A message may be waiting for this tab. */
export function announce({ mode, tabChannel, router }: TabParts): void {
  if (mode.type === 'leading') router.dispatch({ type: 'announced' })
  else if (mode.type === 'following') tabChannel.post({ type: 'announce', term: mode.term })
}
