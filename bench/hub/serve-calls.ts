import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { HubCalls } from './calls.ts'

interface Served {
  /** Gets the file with the certificate authority. */
  readonly folder: string
  readonly certificateAuthority: string
  readonly plainPort: number
}

/**
 * Serves the calls of a bench over HTTP, and prints their address as a line of JSON. The process
 * ends with its stdin.
 */
export function serveCalls(served: Partial<HubCalls>, { folder, certificateAuthority, plainPort }: Served): void {
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1) as keyof HubCalls
    const call = served[name] as ((argument: unknown) => Promise<unknown>) | undefined
    void text(request)
      .then((body) => call?.(JSON.parse(body)))
      .then(
        (answer) => response.end(JSON.stringify(answer)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      )
  }).listen(0, '127.0.0.1', () => {
    const certificateAuthorityFile = join(folder, 'hub-ca.pem')
    writeFileSync(certificateAuthorityFile, certificateAuthority)
    const { port } = server.address() as AddressInfo
    console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, certificateAuthorityFile, plainPort }))
  })
  process.stdin.resume().once('end', () => process.exit(0))
}

/** @returns the CPU time of this process so far, in microseconds */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
