import { watchLocalHub } from 'hubtwin-page-kit/watch-local-hub'
import { find, setText } from '../../shared/dom.ts'
import { LOCAL_HUB_URL } from '../../shared/local-hub.ts'

/** Says on the start page whether the local hub runs, and how to start it. */
export interface LocalHubStatus {
  start(): void
  /** Ends the checks, because the page of a device knows its own hub. */
  stop(): void
}

export function createLocalHubStatus(): LocalHubStatus {
  const status = find('local-status', HTMLElement)
  const text = find('local-status-text', HTMLElement)
  const command = find('local-command', HTMLElement)
  let off = new AbortController()

  function show(isRunning: boolean): void {
    status.dataset['state'] = isRunning ? 'ready' : 'waiting'
    setText(text, isRunning ? `The local hub runs at ${new URL(LOCAL_HUB_URL).host}.` : 'No local hub runs. Start it:')
    command.dataset['needed'] = String(!isRunning)
  }

  return {
    start() {
      off.abort()
      off = new AbortController()
      watchLocalHub(`${LOCAL_HUB_URL}hub/ready`, show, off.signal)
    },
    stop: () => off.abort(),
  }
}
