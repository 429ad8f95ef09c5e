import { type LocalHubState, watchLocalHub } from 'hubtwin-page-kit/watch-local-hub'
import { find, setText } from '../../shared/dom.ts'
import { LOCAL_HUB_URL } from '../../shared/local-hub.ts'

/** Shows on the start page whether the local hub runs, and how to start it. */
export interface LocalHubStatus {
  start(): void
  /** Stops the checks, because the page of a device knows its own hub. */
  stop(): void
}

const WORDS: Readonly<Record<LocalHubState, string>> = {
  running: `The local hub runs at ${new URL(LOCAL_HUB_URL).host}.`,
  absent: 'No local hub runs. Start it:',
  unreachable: 'The browser does not let this page reach a local hub.',
}

export function createLocalHubStatus(): LocalHubStatus {
  const status = find('local-status', HTMLElement)
  const text = find('local-status-text', HTMLElement)
  const command = find('local-command', HTMLElement)
  let off = new AbortController()

  function renderState(state: LocalHubState): void {
    status.dataset['state'] = state === 'running' ? 'ready' : 'waiting'
    setText(text, WORDS[state])
    command.dataset['needed'] = String(state === 'absent')
  }

  return {
    start() {
      off.abort()
      off = new AbortController()
      watchLocalHub(`${LOCAL_HUB_URL}hub/ready`, renderState, off.signal)
    },
    stop: () => off.abort(),
  }
}
