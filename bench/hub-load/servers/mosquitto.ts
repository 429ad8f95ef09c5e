import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../../tools/free-port.ts'
import type { Certificate } from './aedes-process.ts'
import type { Server } from './server.ts'

const LISTEN_DEADLINE_IN_MS = 10_000

/** Returns the reason that mosquitto cannot take part, if any. */
export function mosquittoIsMissing(): string | undefined {
  // It prints its help, with the version in the first line, and exits with a code above 0.
  const { error, stdout } = spawnSync('mosquitto', ['-h'], { encoding: 'utf8' })
  return error === undefined && stdout.startsWith('mosquitto version')
    ? undefined
    : 'mosquitto is not installed (Debian: apt-get install mosquitto)'
}

export async function startMosquitto(name: string, tls?: Certificate & { ca: string }): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-mosquitto-'))
  const port = await freePort()
  const files = { cafile: join(folder, 'ca.pem'), certfile: join(folder, 'cert.pem'), keyfile: join(folder, 'key.pem') }
  if (tls !== undefined) {
    await Promise.all([
      writeFile(files.cafile, tls.ca),
      writeFile(files.certfile, tls.cert),
      writeFile(files.keyfile, tls.key),
    ])
  }
  const settings = [
    // 2.0.11 does not start with a WebSocket as its only listener.
    `listener 0 ${join(folder, 'unused.sock')}`,
    `listener ${port} 127.0.0.1`,
    'socket_domain ipv4',
    ...(tls === undefined ? ['protocol websockets'] : Object.entries(files).map((each) => each.join(' '))),
    'allow_anonymous true',
    'persistence false',
    'set_tcp_nodelay true',
    'log_dest none',
    // As root, it would switch to a user without access to our files. Its only message warns of
    // that.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ]
  const file = join(folder, 'mosquitto.conf')
  await writeFile(file, settings.join('\n'))
  // Node raises its limit of open files itself; mosquitto does not.
  const child = spawn('sh', ['-c', `ulimit -n "$(ulimit -Hn)"; exec mosquitto -c '${file}'`], {
    stdio: 'ignore',
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const deadline = Date.now() + LISTEN_DEADLINE_IN_MS
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('mosquitto does not listen')
    await delay(20)
  }
  return {
    name,
    pid: child.pid ?? 0,
    target: {
      type: 'broker',
      url: tls === undefined ? `ws://127.0.0.1:${port}` : `mqtts://127.0.0.1:${port}`,
      ...(tls && { certificateAuthority: tls.ca }),
    },
    register: () => Promise.resolve(),
    async stop() {
      if (child.exitCode === null) {
        const exit = once(child, 'exit')
        child.kill('SIGKILL')
        await exit
      }
      await rm(folder, { recursive: true })
    },
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
