import type { HubLink } from '../twin/hub-link.ts'
import type { TwinUpdate } from '../twin/twin-update.ts'
import { createLeaderCalls } from './leader-calls.ts'
import type { LeaderOptions, Leaving } from './leader-options.ts'
import type { HandedOverReport, Request } from './messages.ts'

/**
 * The part of the tab that holds the connection: sends the updates to all tabs, and does each call
 * once.
 */
export interface Leader extends Pick<HubLink, 'wake' | 'sleep'> {
  /** @param reports the handover of the previous leader */
  start(reports: readonly HandedOverReport[]): void
  handleRequest(request: Request): void
  handleHandover(reports: readonly HandedOverReport[]): void
  /**
   * Hands the unfinished reports over, and closes.
   *
   * @returns resolves when the connection has ended
   */
  leave(how: Leaving): Promise<void>
}

export function createLeader(options: LeaderOptions): Leader {
  const { term, emit, snapshot, onClosed } = options
  const link = options.openLink(handleUpdate)
  const calls = createLeaderCalls(options, link, () => left)
  let n = 0
  let left: Leaving | undefined

  function handleUpdate(update: TwinUpdate): void {
    if (left !== undefined) return
    if (update.type === 'status' && update.status.type === 'closed') onClosed(update.status.error)
    else emit({ type: 'update', term, n: ++n, update })
  }

  function handleHandover(reports: readonly HandedOverReport[]): void {
    for (const { tab, id, patch } of reports) calls.accept(tab, id, { type: 'report', patch })
  }

  return {
    wake: link.wake,
    sleep: link.sleep,
    start(reports) {
      handleHandover(reports)
      emit({ type: 'lead', term })
      link.start()
    },
    handleHandover,
    handleRequest(request) {
      const { tab } = request
      if (request.type === 'hello') {
        calls.forgetSettled(tab, request.open)
        const isInSync = request.seen?.term === term && request.seen.n === n
        const welcome = { type: 'welcome', tab, nonce: request.nonce, term, n } as const
        return emit(isInSync ? welcome : { ...welcome, state: snapshot() })
      }
      if (request.term !== term) return
      if (request.type === 'call') calls.accept(tab, request.id, request.call)
      else calls.cancel(tab, request.id)
    },
    leave(how) {
      left = how
      const reports = calls.handOver(how)
      if (reports.length > 0) emit({ type: 'handover', reports })
      return link.close()
    },
  }
}
