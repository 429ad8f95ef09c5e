import { copyWith } from '../shared/copy-buttons.ts'
import { find, setText } from '../shared/dom.ts'
import type { Fleet } from './fleet.ts'
import type { FleetHub } from './fleet-hub.ts'
import { sendBulk } from './registry.ts'

/** The fleet that the buttons above the table act on. */
export interface FleetAtHub {
  readonly hub: FleetHub
  readonly fleet: Fleet
}

/** The share of devices whose next update fails. */
const FAILING_SHARE = 0.05

/**
 * The buttons "Roll out…" and "Let 5 % fail". A rollout sends the desired firmware version, as the
 * command in its dialog does for every device of the site.
 *
 * @param running `undefined` while no fleet runs
 */
export function createRollOut(running: () => FleetAtHub | undefined): void {
  const dialog = find('roll-out', HTMLDialogElement)
  const version = find('roll-out-version', HTMLInputElement)
  const command = find('roll-out-command', HTMLElement)
  const submit = find('roll-out-start', HTMLButtonElement)
  const problem = find('roll-out-problem', HTMLElement)
  const notice = find('fleet-notice', HTMLElement)
  const copy = find('roll-out-copy', HTMLButtonElement)

  find('open-roll-out', HTMLButtonElement).addEventListener('click', () => {
    const isLocal = running()?.hub.isLocal === true
    submit.disabled = !isLocal
    setText(problem, isLocal ? '' : 'The policy of this page can only connect devices. Run the command instead.')
    showCommand()
    dialog.showModal()
  })
  find('roll-out-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close())
  copy.addEventListener('click', () => void copyWith(copy, command.textContent))
  version.addEventListener('input', showCommand)
  find('roll-out-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    void rollOut()
  })
  find('let-fail', HTMLButtonElement).addEventListener('click', letSomeFail)

  function showCommand(): void {
    setText(command, commandFor(version.value.trim()))
  }

  async function rollOut(): Promise<void> {
    const at = running()
    const wanted = version.value.trim()
    if (at === undefined) return dialog.close()
    if (!VERSION.test(wanted)) return setText(problem, 'Enter a version such as 1.3.0.')
    submit.disabled = true
    const { members } = at.fleet
    // Devices report the ID of the rollout. With its own ID, a second rollout of a version counts
    // as new.
    const firmware = { version: wanted, rollout: crypto.randomUUID() }
    try {
      await sendBulk(
        at.hub,
        members.map(({ deviceId: id }) => ({ id, importMode: 'updateTwin', properties: { desired: { firmware } } })),
      )
      setText(notice, `${countOf(members.length)} shall run firmware ${wanted}.`)
      dialog.close()
    } catch (error) {
      setText(problem, error instanceof Error ? error.message : String(error))
    } finally {
      submit.disabled = false
    }
  }

  function letSomeFail(): void {
    const known = running()?.fleet.members.filter(({ device }) => device?.firmware.failsNext === false) ?? []
    const wanted = Math.min(known.length, Math.max(1, Math.round((running()?.fleet.count ?? 0) * FAILING_SHARE)))
    const chosen = shuffled(known).slice(0, wanted)
    for (const member of chosen) member.dispatch({ type: 'fail-next', isOn: true })
    setText(notice, `The next update fails on ${countOf(chosen.length)}.`)
  }
}

/** Letters, digits, dots, hyphens, and plus signs, which need no quotes in a shell. */
const VERSION = /^[\w.+-]{1,64}$/

function commandFor(version: string): string {
  return `npm run service -- rollout firmware ${VERSION.test(version) ? version : 'VERSION'} --where "tags.site = 'lab'"`
}

function countOf(count: number): string {
  return count === 1 ? '1 device' : `${count} devices`
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const all = [...items]
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[all[last], all[other]] = [all[other] as Item, all[last] as Item]
  }
  return all
}
