import { type JsonObject, tokenCredentials, type TwinStatus } from 'hubtwin/light'
import { openSharedDevice } from 'hubtwin/light/shared-device'
import { methods } from 'hubtwin/methods'
import { telemetry } from 'hubtwin/telemetry'
import { KIOSK_MODEL_ID } from 'hubtwin-device-models'
import { find } from '../shared/dom.ts'
import { linkToHub } from '../shared/local-hub.ts'
import { enrollPage, fetchToken, identify, lacksTokenService, type TokenService } from '../shared/token-service.ts'
import { buildAcknowledgmentPatch } from './acknowledgments.ts'
import { createHeartbeat } from './heartbeat.ts'
import { loadDevice, loadLast, onOtherTabEnrolled, storeDevice, storeLast } from './kiosk-storage.ts'
import { forgetStoredPage, storePage } from './offline.ts'
import { createPanel } from './panel.ts'
import { handleMethods } from './remote-control.ts'
import { readSettings, render, write } from './screen.ts'

// The browser stores the ID of the device and the last state. Access comes from a cookie that no
// script can read.
let last = loadLast()
let status: TwinStatus | undefined
/** The desired version; 0 before the first sync. */
let version = 0
const panel = createPanel(enroll)

function renderKiosk(desired: JsonObject = last.desired): void {
  if (desired !== last.desired || (status?.type === 'ready' && Date.now() - last.seenAt > 60_000)) {
    last = { desired, seenAt: Date.now() }
    storeLast(last)
  }
  render(desired, status, last.seenAt)
  panel.showContent({ version, seenAt: last.seenAt, refused: Object.keys(readSettings(desired).problems) })
}

/** @throws SyntaxError for an impossible host name or device ID */
function open(service: TokenService): void {
  const credentials = tokenCredentials(service, (signal) => fetchToken(service, signal))
  const use = { methods: methods(), telemetry: telemetry() }
  const device = openSharedDevice(credentials, { endpoint: service.endpoint, modelId: KIOSK_MODEL_ID, use })
  const { twin } = device
  handleMethods(device, service.deviceId)
  const heartbeat = createHeartbeat(device, () => readSettings(twin.desired).settings.heartbeatInSeconds)
  setInterval(heartbeat.tick, 1000)
  panel.showDevice(service)

  function acknowledge(): void {
    const patch = buildAcknowledgmentPatch(twin.desired, twin.versions.desired, twin.reported)
    if (Object.keys(patch).length > 0 && twin.role.type !== 'follower') twin.report(patch).catch(console.warn)
  }

  twin.onDesired(({ desired, previous, version: next }) => {
    version = next
    renderKiosk(desired)
    acknowledge()
    const isNewMessage = previous !== undefined && previous['message'] !== desired['message']
    // Some browsers play sound only after a tap.
    if (isNewMessage && twin.role.type !== 'follower') find('chime', HTMLAudioElement).play().catch(console.debug)
  })
  twin.onStatus((next) => {
    status = next
    renderKiosk()
    if (next.type === 'ready') acknowledge()
  })
}

/**
 * Enrolls and reloads. The next load gets the device from the storage, or else from the token
 * service.
 */
async function enroll(code: string): Promise<void> {
  if (!navigator.cookieEnabled)
    throw new Error('This browser blocks cookies for this page. Allow cookies, then enroll.')
  const service = await enrollPage(location.origin, code)
  // The Content-Security-Policy of the stored page allows only the hub of the previous device.
  await forgetStoredPage()
  storeDevice(service)
  location.reload()
}

/** An unattended kiosk keeps trying, at the interval of the twin's slowest retries. */
const RETRY_IN_MS = 60_000

function start(): void {
  const stored = loadDevice()
  if (stored.type === 'none') {
    panel.open()
    void explainMissingService()
  } else if (stored.type === 'lost') void recover(stored.why)
  else {
    try {
      open(stored.service)
    } catch {
      void recover('The stored data of this kiosk is damaged')
    }
  }
}

/**
 * Without a usable storage, the token service names the device of the cookie. No new code is
 * needed.
 */
async function recover(why: string): Promise<void> {
  try {
    const service = await identify(location.origin)
    if (!storeDevice(service))
      write('notice', `${why}. The kiosk still works. It asks the token service at each start.`)
    open(service)
    panel.close()
  } catch (error) {
    write('problem', `${why}. ${reasonOf(error)}`)
    panel.open()
    setTimeout(() => void recover(why), RETRY_IN_MS)
  }
}

async function explainMissingService(): Promise<void> {
  if (await lacksTokenService(location.origin)) panel.showMissingService()
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

linkToHub()
find('mark', HTMLElement).addEventListener('click', panel.open)
onOtherTabEnrolled(() => location.reload())

renderKiosk()
setInterval(renderKiosk, 1000)
start()

async function stayAwake(): Promise<void> {
  try {
    await navigator.wakeLock?.request('screen')
  } catch {
    // The browser denies the lock to a hidden page or on low battery. The page asks again when it
    // is shown.
  }
}
document.addEventListener('visibilitychange', () => void stayAwake())
void stayAwake()

storePage()
