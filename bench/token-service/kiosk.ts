import { openTwin, tokenCredentials, type Twin } from 'hubtwin/light'
import { post } from '../../test/service/tokens/redis/post.ts'

/** The responses that the kiosks of a run got. */
export interface Seen {
  /** Milliseconds from each request for a password to its response. */
  readonly latencies: number[]
  /** How often each status came; `lost` stands for a connection without a response. */
  readonly statuses: Record<string, number>
  /** Passwords that a revoked kiosk got. */
  servedAfterRevocation: number
}

export interface Kiosk {
  readonly deviceId: string
  readonly twin: Twin
  isRevoked: boolean
}

/**
 * Enrolls a kiosk and connects it. From then on it renews its password by itself, as a page does.
 *
 * @param port of the load balancer of the token service
 */
export async function openKiosk(
  port: number,
  { deviceId, code, endpoint }: { readonly deviceId: string; readonly code: string; readonly endpoint: string },
  seen: Seen,
): Promise<Kiosk> {
  const enrolled = await post(port, '/api/enroll', { code })
  if (enrolled.status !== 201) throw new Error(`${deviceId} did not enroll: ${enrolled.status}`)
  const source = async (): Promise<string> => {
    const wasRevoked = kiosk.isRevoked
    const start = performance.now()
    const { status, password = '' } = await post(port, '/api/token', { token: enrolled.token })
    seen.latencies.push(performance.now() - start)
    seen.statuses[status] = (seen.statuses[status] ?? 0) + 1
    if (wasRevoked && status === 200) seen.servedAfterRevocation += 1
    if (status !== 200) throw new Error(`The token service answered ${status}`)
    return password
  }
  const twin = openTwin(tokenCredentials({ hostName: 'localhost', deviceId }, source), { endpoint })
  const kiosk: Kiosk = { deviceId, twin, isRevoked: false }
  return kiosk
}
