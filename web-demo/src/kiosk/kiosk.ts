import { type AccessToken, type DeviceIdentity, tokenCredentials, TwinError, type TwinStatus } from 'hubtwin'
import { openSharedTwin } from 'hubtwin/shared-twin'
import { webStorage } from 'hubtwin/web-storage'
import { Workbox } from 'workbox-window'
import { draw, find, judge, write } from './screen.ts'

type Kiosk = DeviceIdentity & { readonly endpoint?: string }

// What this browser keeps: who it is, and what it showed last. The right to be it is in a cookie that no script can read.
const identity = JSON.parse(localStorage.getItem('kiosk/identity') ?? 'null') as Kiosk | null
const last = { desired: {}, seenAt: 0, ...JSON.parse(localStorage.getItem('kiosk/last') ?? '{}') }
let status: TwinStatus | undefined

/** @throws TwinError with what the token service says */
async function ask(path: string, body: object, signal = AbortSignal.timeout(10_000)): Promise<Kiosk & AccessToken> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body), signal }).catch((cause) => {
    throw new TwinError('ERR_TOKEN', 'The token service is out of reach', { cause })
  })
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  throw new TwinError('ERR_TOKEN', `The token service says: ${answer.detail ?? response.status}`)
}

function show(desired = last.desired): void {
  draw(desired, status, last.seenAt)
  if (desired === last.desired && (status?.type !== 'ready' || Date.now() - last.seenAt < 60_000)) return
  Object.assign(last, { desired, seenAt: Date.now() })
  localStorage.setItem('kiosk/last', JSON.stringify(last))
}

function begin({ endpoint, ...device }: Kiosk): void {
  const credentials = tokenCredentials(device, (signal) => ask('/api/token', { deviceId: device.deviceId }, signal))
  const twin = openSharedTwin(credentials, { endpoint, reportStorage: webStorage() })

  /** Once for all tabs; by whoever leads next, where the one before had no time to. */
  function answer(): void {
    const kiosk = { refused: judge(twin.desired).refused, version: twin.versions.desired }
    const isTold = kiosk.version === 0 || JSON.stringify(kiosk) === JSON.stringify(twin.reported['kiosk'])
    if (!isTold && twin.role.type !== 'follower') twin.report({ kiosk }).catch(console.warn)
  }

  twin.onRole(answer)
  twin.onDesired(({ desired, previous }) => {
    show(desired)
    answer()
    const { message, volume = 0 } = judge(desired).shown
    if (previous === undefined || previous['message'] === message || twin.role.type === 'follower') return
    const chime = find('chime') as HTMLAudioElement
    chime.volume = volume
    chime.play().catch(() => {}) // Some browsers want a touch first.
  })
  twin.onStatus((next) => {
    status = next
    show()
  })
}

const enrolment = find('enrolment') as HTMLDialogElement
find('mark').addEventListener('click', () => enrolment.showModal())
find('code-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  try {
    const { value: code } = find('code') as HTMLInputElement
    const { hostName, deviceId, endpoint } = await ask('/api/enrol', { code, cookie: true })
    // What was kept is another device's, and the policy of the page lets it go to that one's hub.
    for (const name of await caches.keys()) await caches.delete(name)
    await (await navigator.serviceWorker.getRegistration())?.unregister()
    localStorage.removeItem('kiosk/last')
    localStorage.setItem('kiosk/identity', JSON.stringify({ hostName, deviceId, endpoint }))
    location.reload()
  } catch (error) {
    write('fault', (error as Error).message)
  }
})
// Another tab has enrolled.
window.addEventListener('storage', ({ key }) => key === 'kiosk/identity' && location.reload())

if (identity) begin(identity)
else enrolment.showModal()
show()
setInterval(show, 1000)

const stayAwake = (): unknown => navigator.wakeLock?.request('screen').catch(() => {})
document.addEventListener('visibilitychange', stayAwake)
stayAwake()

const worker = new Workbox('./kiosk-worker.js', { scope: './kiosk' })
worker.addEventListener('controlling', ({ isUpdate, isExternal }) => (isUpdate || isExternal) && location.reload())
worker.register().catch(console.warn)
