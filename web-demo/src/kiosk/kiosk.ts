import { type JsonObject, tokenCredentials, type TwinStatus } from 'hubtwin/light'
import { openSharedTwin } from 'hubtwin/light/shared-twin'
import { find } from '../shared/dom.ts'
import { askForToken, enrolPage, introduce, type TokenService } from '../shared/token-service.ts'
import { keepDevice, keepLast, onOtherTabEnrolled, readDevice, readLast } from './kept.ts'
import { forgetStoredPage, storePage } from './offline.ts'
import { draw, judge, write } from './screen.ts'

// The browser keeps the name of the device and what was shown last. A cookie that no script can read gives access.
let last = readLast()
let status: TwinStatus | undefined

function show(desired: JsonObject = last.desired): void {
  if (desired !== last.desired || (status?.type === 'ready' && Date.now() - last.seenAt > 60_000)) {
    last = { desired, seenAt: Date.now() }
    keepLast(last)
  }
  draw(desired, status, last.seenAt)
}

/** @throws SyntaxError for a device that the hub could not have */
function open(service: TokenService): void {
  const credentials = tokenCredentials(service, (signal) => askForToken(service, signal))
  const twin = openSharedTwin(credentials, { endpoint: service.endpoint })
  write('enrolment-title', service.deviceId)

  /** Reports whenever the hub lacks it. So nothing has to be stored, and a new leader reports what the last one could not. */
  function answer(): void {
    const kiosk = { refused: judge(twin.desired).refused, version: twin.versions.desired }
    const isReported = JSON.stringify(kiosk) === JSON.stringify(twin.reported['kiosk'])
    if (!isReported && twin.role.type !== 'follower') twin.report({ kiosk }).catch(console.warn)
  }

  twin.onDesired(({ desired, previous }) => {
    show(desired)
    answer()
    const isNews = previous !== undefined && previous['message'] !== desired['message']
    // Some browsers want a touch first.
    if (isNews && twin.role.type !== 'follower') find('chime', HTMLAudioElement).play().catch(console.debug)
  })
  twin.onStatus((next) => {
    status = next
    show()
    if (next.type === 'ready') answer()
  })
}

/** The next load of the page opens the device: from the storage or, where that does not work, by asking the service. */
async function enrol(code: string): Promise<void> {
  if (!navigator.cookieEnabled) throw new Error('This browser blocks cookies for this page. Allow them, then enrol.')
  const service = await enrolPage(location.origin, code)
  // The stored page has a policy that allows the hub of the last device alone.
  await forgetStoredPage()
  keepDevice(service)
  location.reload()
}

/** A kiosk has nobody to press a button. So it goes on asking, as slowly as the hub client retries at most. */
const RETRY_IN_MS = 60_000

function start(): void {
  const kept = readDevice()
  if (kept.type === 'none') askForCode()
  else if (kept.type === 'lost') void recover(kept.why)
  else {
    try {
      open(kept.service)
    } catch {
      void recover('The stored data of this kiosk is damaged')
    }
  }
}

/** Without usable storage, the service says which device the cookie belongs to, and no new code is needed. */
async function recover(why: string): Promise<void> {
  try {
    const service = await introduce(location.origin)
    if (!keepDevice(service)) write('notice', `${why}. The kiosk works, and asks the token service at each start.`)
    open(service)
    find('enrolment', HTMLDialogElement).close()
  } catch (error) {
    write('fault', `${why}. ${reasonOf(error)}`)
    askForCode()
    setTimeout(() => void recover(why), RETRY_IN_MS)
  }
}

function askForCode(): void {
  const dialog = find('enrolment', HTMLDialogElement)
  if (!dialog.open) dialog.showModal()
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

find('mark', HTMLElement).addEventListener('click', askForCode)
find('code-form', HTMLElement).addEventListener('submit', (event) => {
  event.preventDefault()
  enrol(find('code', HTMLInputElement).value).catch((error: unknown) => write('fault', reasonOf(error)))
})
onOtherTabEnrolled(() => location.reload())

show()
setInterval(show, 1000)
start()

async function stayAwake(): Promise<void> {
  try {
    await navigator.wakeLock?.request('screen')
  } catch {
    // A hidden page or a low battery gets no lock. The next time that the page is shown, it asks again.
  }
}
document.addEventListener('visibilitychange', () => void stayAwake())
void stayAwake()

storePage()
