import type { ReceivedMessage } from 'hubtwin/messages'
import { exactTime } from 'hubtwin-page-kit/time'
import { make, setText } from '../../shared/dom.ts'

/** A message on screen, until a person or the mode of the panel accepts it. */
export interface MessageRow {
  readonly element: HTMLLIElement
  /** Shows the buttons. @returns whether the person accepts the message */
  decide(): Promise<boolean>
  show(state: 'accepted' | 'failed' | 'closed'): void
}

const WORDS = {
  accepted: 'accepted, PUBACK sent',
  failed: 'failed, delivered again after a back-off',
  closed: 'not accepted: the connection has ended',
} as const

/** More characters than a panel has room for. */
const MAX_SHOWN = 1000

export function createMessageRow(message: ReceivedMessage): MessageRow {
  const { text, properties, messageId, isRedelivered } = message
  const now = Date.now()
  const time = make('time', 'muted', exactTime(now))
  time.dateTime = new Date(now).toISOString()
  const state = make('span', 'panel-state', 'waits for you')
  state.dataset['type'] = 'waiting'
  const repeated = isRedelivered ? make('span', 'muted', 'redelivered') : ''
  const head = make('p', 'panel-line', time, make('code', '', messageId ?? 'no message ID'), repeated, state)
  const bag = Object.entries(properties).map(([name, value]) => `${name}=${value ?? ''}`)
  const element = make('li', 'panel-item', head, make('pre', 'panel-payload', text.slice(0, MAX_SHOWN)))
  if (bag.length > 0) element.append(make('p', 'hint', bag.join(', ')))
  let buttons: HTMLElement | undefined

  return {
    element,
    decide: () =>
      new Promise((resolve) => {
        const [accept, fail] = [button('Accept', 'primary'), button('Fail', '')]
        accept.addEventListener('click', () => resolve(true))
        fail.addEventListener('click', () => resolve(false))
        buttons = make('p', 'panel-actions', accept, fail)
        element.append(buttons)
      }),
    show(next) {
      buttons?.remove()
      state.dataset['type'] = next
      setText(state, WORDS[next])
    },
  }
}

function button(words: string, className: string): HTMLButtonElement {
  const made = make('button', className, words)
  made.type = 'button'
  return made
}
