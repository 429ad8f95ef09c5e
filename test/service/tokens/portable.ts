/** Runs the token service as an application on Deno or Bun does, for `runtimes.test.ts`. */
import { folderStore } from 'hubtwin-service'
import { auditLine, createTokenService, openEnrollment, sasFromPolicy, storedRevocations } from 'hubtwin-service/tokens'

interface Runtimes {
  readonly Deno?: {
    serve(
      options: { hostname: string; port: number; onListen: (address: { port: number }) => void },
      handle: (request: Request, info: { remoteAddr: { hostname: string } }) => Promise<Response>,
    ): unknown
  }
  readonly Bun?: {
    serve(options: {
      hostname: string
      port: number
      fetch: (
        request: Request,
        server: { requestIP(request: Request): { address: string } | null },
      ) => Promise<Response>
    }): { port: number }
  }
}

const [folder = ''] = process.argv.slice(2)
const HUB = { hostName: 'contoso.azure-devices.net' }
const store = folderStore(folder)
const enrollment = openEnrollment(store)
const service = createTokenService({
  hub: HUB,
  sas: sasFromPolicy(HUB, { sharedAccessKeyName: 'device', sharedAccessKey: 'bWFkZS11cA==' }),
  enrollment,
  isRevoked: storedRevocations(store).isRevoked,
  origins: ['https://kiosk.example'],
  audit: (event) => console.log(auditLine(event)),
})

const { code } = await enrollment.codes.make('kiosk-7', 60)
const HOSTNAME = '127.0.0.1'
const { Deno, Bun } = globalThis as Runtimes
if (Deno !== undefined) {
  Deno.serve(
    { hostname: HOSTNAME, port: 0, onListen: ({ port }) => console.log(`ready ${port} ${code}`) },
    (request, info) => service.fetch(request, { address: info.remoteAddr.hostname }),
  )
} else if (Bun !== undefined) {
  const { port } = Bun.serve({
    hostname: HOSTNAME,
    port: 0,
    fetch: (request, server) => service.fetch(request, { address: server.requestIP(request)?.address }),
  })
  console.log(`ready ${port} ${code}`)
}
