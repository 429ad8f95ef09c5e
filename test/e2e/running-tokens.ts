import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hub } from 'hubtwin-emulator'
import { createTokenService, openEnrolment, sasFromPolicy } from 'hubtwin-service/tokens'
import { parseConnectionString } from '../../service/src/connection-string.ts'
import { folderStore } from '../../service/src/runtime/folder-store.ts'
import { serveTokens } from '../../service/src/runtime/token-server.ts'

/** The token service on a port of its own, for pages of its own and those of one other origin. */
export interface RunningTokens {
  readonly url: string
  /** How many passwords it has given to a device. */
  given(deviceId: string): number
  oneTimeCode(deviceId: string): Promise<string>
  close(): Promise<void>
}

/** @param site where the other pages are served */
export async function startTokens(hub: Hub, site: string): Promise<RunningTokens> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-e2e-tokens-'))
  const enrolment = openEnrolment(folderStore(folder))
  const policy = parseConnectionString(hub.connectionStrings.service({ plain: true, policyName: 'device' }))
  const endpoint = `ws://localhost:${hub.plainPort}`
  const given: string[] = []
  const server = await serveTokens(
    (port) =>
      createTokenService({
        hub: { hostName: hub.hostName, endpoint },
        sas: sasFromPolicy({ hostName: hub.hostName }, policy),
        enrolment,
        origins: [new URL(site).origin, `http://localhost:${port}`],
        audit({ event, outcome, deviceId }) {
          if (event === 'token' && outcome === 'ok' && deviceId !== undefined) given.push(deviceId)
        },
      }),
    { port: 0, pages: { folder: process.env['HUBTWIN_E2E_SITE'] ?? '', connectTo: [endpoint] } },
  )
  return {
    url: `http://localhost:${server.port}`,
    given: (deviceId) => given.filter((each) => each === deviceId).length,
    oneTimeCode: async (deviceId) => (await enrolment.codes.make(deviceId, 60)).code,
    async close() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
