import { tokenCredentials, type TwinStatus } from 'hubtwin/light'
import { openSharedTwin } from 'hubtwin/light/shared-twin'
import { Workbox } from 'workbox-window'
import { find } from '../dom.ts'
import { askForToken, enrolPage, type TokenService } from '../token-service.ts'
import { draw, judge, write } from './screen.ts'

// What this browser keeps: who it is, and what it showed last. The right to be it is in a cookie that no script can read.
const enrolled = JSON.parse(localStorage.getItem('kiosk/enrolled') ?? 'null') as TokenService | null
const last = { desired: {}, seenAt: 0, ...JSON.parse(localStorage.getItem('kiosk/last') ?? '{}') }
let status: TwinStatus | undefined

function show(desired = last.desired): void {
  if (desired !== last.desired || (status?.type === 'ready' && Date.now() - last.seenAt > 60_000)) {
    Object.assign(last, { desired, seenAt: Date.now() })
    localStorage.setItem('kiosk/last', JSON.stringify(last))
  }
  draw(desired, status, last.seenAt)
}

function begin(service: TokenService): void {
  write('enrolment-title', service.deviceId)
  const credentials = tokenCredentials(service, (signal) => askForToken(service, signal))
  const twin = openSharedTwin(credentials, { endpoint: service.endpoint })

  /** Whenever the hub does not have it yet: nothing has to be kept for it, and whoever leads next reports what the one before had no time to. */
  function answer(): void {
    const kiosk = { refused: judge(twin.desired).refused, version: twin.versions.desired }
    const isTold = JSON.stringify(kiosk) === JSON.stringify(twin.reported['kiosk'])
    if (!isTold && twin.role.type !== 'follower') twin.report({ kiosk }).catch(console.warn)
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

async function enrol(code: string): Promise<void> {
  const service = await enrolPage(location.origin, code)
  // What was kept is another device's, and the policy of the page lets it go to that one's hub.
  for (const name of await caches.keys()) await caches.delete(name)
  await (await navigator.serviceWorker.getRegistration())?.unregister()
  localStorage.removeItem('kiosk/last')
  localStorage.setItem('kiosk/enrolled', JSON.stringify(service))
  location.reload()
}

find('mark', HTMLElement).addEventListener('click', () => find('enrolment', HTMLDialogElement).showModal())
find('code-form', HTMLElement).addEventListener('submit', (event) => {
  event.preventDefault()
  enrol(find('code', HTMLInputElement).value).catch(({ message }: Error) => write('fault', message))
})
window.addEventListener('storage', ({ key }) => key === 'kiosk/enrolled' && location.reload()) // by another tab

if (enrolled) begin(enrolled)
else find('enrolment', HTMLDialogElement).showModal()
show()
setInterval(show, 1000)

const stayAwake = (): unknown => navigator.wakeLock?.request('screen').catch(() => {})
document.addEventListener('visibilitychange', stayAwake)
stayAwake()

const worker = new Workbox('./kiosk-worker.js', { scope: './kiosk' })
worker.addEventListener('controlling', ({ isUpdate, isExternal }) => (isUpdate || isExternal) && location.reload())
worker.register().catch(console.warn)
