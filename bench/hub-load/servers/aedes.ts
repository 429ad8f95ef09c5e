import { startRemote } from '../remote.ts'
import type { AedesApi, Certificate } from './aedes-process.ts'
import type { Server } from './server.ts'

export async function startAedes(name: string, tls?: Certificate & { ca: string }): Promise<Server> {
  const served = startRemote<AedesApi>('./servers/aedes-process.ts', ['--expose-gc'])
  const port = await served.call('listen', tls && { cert: tls.cert, key: tls.key })
  return {
    name,
    pid: served.pid,
    target: {
      type: 'broker',
      url: tls === undefined ? `ws://127.0.0.1:${port}` : `mqtts://127.0.0.1:${port}`,
      ...(tls && { certificateAuthority: tls.ca }),
    },
    register: () => Promise.resolve(),
    heap: () => served.call('heap', undefined),
    stop: () => served.stop(),
  }
}
