import { type DeviceIdentity, type JsonObject, tokenCredentials, type TwinStatus } from 'hubtwin'
import { openSharedTwin } from 'hubtwin/shared-twin'
import { webStorage } from 'hubtwin/web-storage'
import { chime, draw, find, judge } from './screen.ts'

/** What this browser keeps: who it is, and what it showed last. The right to be it is in a cookie that no script can read. */
interface Kept {
  identity?: DeviceIdentity & { readonly endpoint?: string }
  desired: JsonObject
  seenAt: number
}

const kept: Kept = { desired: {}, seenAt: 0, ...JSON.parse(localStorage.getItem('kiosk') ?? '{}') }
const keep = (news: Partial<Kept>): void => localStorage.setItem('kiosk', JSON.stringify(Object.assign(kept, news)))
let status: TwinStatus = { type: 'connecting', attempt: 1 }
let since = Date.now()

function call(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body), ...(signal && { signal }) })
}

function show(): void {
  draw(kept.desired, status, since, kept.seenAt)
}

function begin({ endpoint, ...identity }: NonNullable<Kept['identity']>): void {
  const credentials = tokenCredentials(identity, async (signal) => {
    const response = await call('/api/token', {}, signal)
    if (!response.ok) throw new Error(`Token service: ${((await response.json()) as { detail?: string }).detail}`)
    return (await response.json()) as { password: string; expiresAt: number }
  })
  const twin = openSharedTwin(credentials, { endpoint, reportStorage: webStorage() })
  twin.onDesired(({ desired, previous, version }) => {
    if (previous !== undefined && previous['message'] !== desired['message']) chime(desired['volume'])
    keep({ desired, seenAt: Date.now() })
    show()
    // Once for all tabs: the one that leads speaks for the device.
    if (twin.role.type !== 'follower') twin.report({ kiosk: { version, ...judge(desired) } }).catch(console.warn)
  })
  twin.onStatus((next) => {
    if (next.type !== status.type) since = Date.now()
    if (status.type === 'ready') keep({ seenAt: since })
    status = next
    show()
  })
}

const enrolment = find('enrolment') as HTMLDialogElement
find('mark').addEventListener('click', () => enrolment.showModal())
find('code-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const code = (find('code') as HTMLInputElement).value.trim()
  const answer = await call('/api/enrol', { code, cookie: true }).then((response) => response.json(), String)
  const { hostName, deviceId, endpoint, detail = answer } = answer
  find('fault').textContent = hostName === undefined ? String(detail) : ''
  if (hostName === undefined) return
  keep({ identity: { hostName, deviceId, ...(endpoint && { endpoint }) } })
  location.reload()
})

show()
setInterval(show, 1000)
if (kept.identity === undefined) enrolment.showModal()
else begin(kept.identity)

const stayAwake = (): unknown => navigator.wakeLock?.request('screen').catch(() => {})
document.addEventListener('visibilitychange', stayAwake)
stayAwake()
navigator.serviceWorker?.register('./kiosk-worker.js', { scope: './kiosk' }).catch(console.warn)
