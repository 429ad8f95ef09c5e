import type { JsonObject } from 'hubtwin/light'
import { DEFAULT_PACE_IN_MS, paceOptions } from '../shared/device-model/pace-control.ts'
import { find, setText } from '../shared/dom.ts'
import { linkToHub } from '../shared/local-hub.ts'
import { createRate, type Rate } from '../shared/rate.ts'
import { createDeviceDialog } from './device-dialog.ts'
import type { FleetHub } from './fleet-hub.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { createFleetTable } from './fleet-table.ts'
import { registerDevices } from './register-devices.ts'
import { createRollOut } from './roll-out.ts'
import { createStartForms } from './start-forms.ts'
import { totalsOf } from './totals.ts'
import { createTotalsView } from './totals-view.ts'

// The data flow: forms → fleet of members → rows, totals, and dialog.

interface Running {
  readonly hub: FleetHub
  readonly fleet: Fleet
  readonly rate: Rate
  /** Of the telemetry. */
  readonly messageRate: Rate
  /** The indices of the devices whose rows need a render. */
  readonly dirty: Set<number>
}

type State = { readonly type: 'off' } | { readonly type: 'starting' } | ({ readonly type: 'running' } & Running)

/** Fast enough for a reader, and slow enough for a table with 200 rows. */
const RENDER_EVERY_IN_MS = 250

const settings = { everyInMs: DEFAULT_PACE_IN_MS }
const totals = createTotalsView()
const dialog = createDeviceDialog()
const table = createFleetTable((index) => {
  const member = state.type === 'running' ? state.fleet.members[index] : undefined
  if (member !== undefined) dialog.open(member)
})
let state: State = { type: 'off' }

linkToHub()
createRollOut(() => (state.type === 'running' ? state : undefined))
createStartForms((hub, count) => void start(hub, count))
find('stop', HTMLButtonElement).addEventListener('click', () => void stop())
const pace = find('pace', HTMLSelectElement)
pace.append(...paceOptions())
pace.value = String(DEFAULT_PACE_IN_MS)
pace.addEventListener('change', () => {
  settings.everyInMs = Number(pace.value)
})

async function start(hub: FleetHub, count: number): Promise<void> {
  if (state.type !== 'off') return
  state = { type: 'starting' }
  showTrouble('')
  try {
    if (hub.isLocal) await registerDevices(hub, count)
  } catch (error) {
    state = { type: 'off' }
    return showTrouble(error instanceof Error ? error.message : String(error))
  }
  const [rate, messageRate, dirty] = [createRate(), createRate(), new Set<number>()]
  table.create(count)
  totals.render(totalsOf(count, [], Date.now()), 0, 0)
  const fleet = startFleet(hub, count, settings, {
    onChanged: (index) => void dirty.add(index),
    onTelemetry: () => messageRate.count(Date.now()),
    onReported(index, patch) {
      rate.count(Date.now())
      const temperature = temperatureIn(patch)
      const member = fleet.members[index]
      if (temperature !== undefined && member !== undefined) dialog.addTemperature(member, temperature)
    },
  })
  state = { type: 'running', hub, fleet, rate, messageRate, dirty }
  setText(find('fleet-notice', HTMLElement), '')
  setText(find('fleet-name', HTMLElement), `${count} ${count === 1 ? 'device' : 'devices'}`)
  setText(find('fleet-hub', HTMLElement), hub.host)
  showPage('fleet')
  find('fleet', HTMLElement).focus()
  requestAnimationFrame(render)
}

/** Renders a few times a second. A hidden page renders nothing, while its devices keep running. */
function render(): void {
  if (state.type !== 'running') return
  setTimeout(() => requestAnimationFrame(render), RENDER_EVERY_IN_MS)
  const { fleet, dirty } = state
  const now = Date.now()
  for (const index of dirty) {
    const member = fleet.members[index]
    if (member !== undefined) table.render(index, member, now)
  }
  dirty.clear()
}

async function stop(): Promise<void> {
  if (state.type !== 'running') return
  const { fleet } = state
  state = { type: 'off' }
  dialog.close()
  find('roll-out', HTMLDialogElement).close()
  table.clear()
  showTrouble('')
  showPage('start')
  find('start-local', HTMLButtonElement).focus()
  await fleet.stop()
}

function showPage(name: 'start' | 'fleet'): void {
  for (const part of document.querySelectorAll<HTMLElement>('[data-page]')) part.hidden = part.dataset['page'] !== name
  // Leaving the page would stop a running fleet, so links open in new tabs.
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.bar-pages a:not([aria-current])')) {
    link.target = name === 'fleet' ? '_blank' : ''
    link.rel = 'noopener'
  }
}

function showTrouble(text: string): void {
  const trouble = find('trouble', HTMLElement)
  setText(trouble, text)
  trouble.hidden = text === ''
}

/** The first error, and the number of devices with an error. */
function troubleOf({ members }: Fleet): string {
  const failures = members.flatMap(({ deviceId, status }) =>
    status.type === 'waiting' ? [{ deviceId, error: status.error }] : [],
  )
  const first = failures[0]
  if (first === undefined) return ''
  const advice =
    first.error.code === 'ERR_REFUSED' || first.error.code === 'ERR_UNAUTHORIZED'
      ? ' Does the device exist, and does the policy have the “Device connect” permission?'
      : ''
  const others =
    failures.length === 1
      ? ''
      : ` ${failures.length - 1} other ${failures.length === 2 ? 'device has' : 'devices have'} a problem too.`
  return `${first.deviceId}: ${first.error.message}.${advice}${others}`
}

function temperatureIn({ climate }: JsonObject): number | undefined {
  const temperature = (climate as JsonObject | undefined)?.['temperature']
  return typeof temperature === 'number' ? temperature : undefined
}

setInterval(() => {
  if (state.type !== 'running') return
  const { fleet, rate, messageRate } = state
  const now = Date.now()
  totals.render(totalsOf(fleet.count, fleet.members, now), rate.perSecond(now), messageRate.perSecond(now))
  table.sort()
  showTrouble(troubleOf(fleet))
}, 1000)
