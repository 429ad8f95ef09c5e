import { inputs, messages, type ReceivedMessage } from 'hubtwin/messages'
import type { SampleContent } from 'hubtwin-page-kit/sample-subject'
import { make, setText } from '../../shared/dom.ts'
import { makeCopyAs } from '../share/copy-as.ts'
import { hubOf, targetOf } from '../share/sample-subject.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import { createMessageRow, type MessageRow } from './message-row.ts'

/** The messages that the device receives, the newest first. */
export interface MessagesPanel {
  readonly element: HTMLElement
  /** Connects again with a subscription. Until then, the messages wait at the hub. */
  attach(device: SimulatedDevice): void
}

const MAX_ROWS = 50

/** A sample message, before the first message arrives. */
const FIRST_MESSAGE: SampleContent = { body: 'Hello' }

/** @param note shows a summary next to the title */
export function createMessagesPanel(note: (text: string) => void): MessagesPanel {
  const mode = make('select', '', option('accept', 'at once'), option('hand', 'by hand'), option('fail', 'never: fail'))
  const command = make('code', '')
  const empty = make('p', 'hint', 'No message yet. In a terminal: ', command)
  const list = make('ol', 'panel-list')
  list.ariaLabel = 'Messages'
  let received = 0
  let accepted = 0
  let open: MessageRow | undefined
  let device: SimulatedDevice | undefined
  let newest: SampleContent = FIRST_MESSAGE

  async function handle(message: ReceivedMessage): Promise<void> {
    received += 1
    newest = { body: message.text, properties: message.properties }
    // The hub delivers a message of an earlier connection again, because nothing has accepted it.
    open?.show('closed')
    const row = createMessageRow(message)
    open = row
    list.prepend(row.element)
    list.children[MAX_ROWS]?.remove()
    empty.hidden = true
    showCounts()
    const isAccepted = mode.value === 'hand' ? await row.decide() : mode.value === 'accept'
    if (open === row) open = undefined
    row.show(isAccepted ? 'accepted' : 'failed')
    if (!isAccepted) throw new Error('A person, or the mode of the panel, makes this message fail')
    accepted += 1
    if (message.messageId !== undefined) device?.showAcknowledgment(message.messageId)
    showCounts()
  }

  function showCounts(): void {
    note(received === 0 ? '' : open === undefined ? `${accepted} accepted` : 'a message waits for you')
  }

  const hint = make(
    'p',
    'hint',
    'While this part is open, the device subscribes to messages. The hub keeps each message until PUBACK.',
  )
  const copy = makeCopyAs(
    'message',
    () => device && { type: 'message', target: targetOf(device), ...newest },
    () => hubOf(device),
    'Copy the message as',
  )
  const element = make('div', 'panel-group', hint, make('label', 'panel-field', 'Accept ', mode), empty, list, copy)

  return {
    element,
    attach(next) {
      device = next
      received = accepted = 0
      open = undefined
      newest = FIRST_MESSAGE
      list.replaceChildren()
      setText(command, `npm run service -- send-message ${next.deviceId} 'Hello'`)
      // A module has inputs, to which only IoT Edge sends.
      copy.hidden = next.isModule
      empty.hidden = false
      showCounts()
      next.receive(next.isModule ? inputs() : messages(), handle)
    },
  }
}

function option(value: string, words: string): HTMLOptionElement {
  const made = make('option', '', words)
  made.value = value
  return made
}
