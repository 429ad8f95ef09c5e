import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../../../tools/free-port.ts'
import { redisObstacle } from '../../../../tools/redis.ts'
import { runProgram } from '../../../demo/program.ts'
import { type RedisProcess, startRedis } from './redis-process.ts'
import { ENVIRONMENT } from './spawn-instance.ts'
import { serveOnRedis, type ServiceOnRedis, until } from './service-on-redis.ts'

beforeEach((context) => {
  const obstacle = redisObstacle()
  if (obstacle !== undefined) context.skip(obstacle)
})

async function start(options: readonly string[] = []): Promise<RedisProcess> {
  const redis = await startRedis(options)
  onTestFinished(() => redis.close())
  return redis
}

async function serve(url: string): Promise<ServiceOnRedis> {
  const service = await serveOnRedis(url)
  onTestFinished(() => service.close())
  await service.store.connect(15_000)
  return service
}

describe('the store in other topologies', () => {
  it('a cluster serves all commands, because all keys of a service share a slot', async () => {
    const redis = await start(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'])
    await redis.ask('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await until(async () => (await redis.ask('CLUSTER', 'INFO')).includes('cluster_state:ok'))
    const service = await serve(`${redis.url}?cluster`)
    const token = await service.enroll()
    expect((await service.post('/api/token', { token })).status).toBe(200)
    await service.enrollment.keys.rotate()
    expect((await service.post('/api/token', { token })).status).toBe(200)
    await service.revocations.revoke('kiosk-7')
    expect((await service.post('/api/token', { token })).code).toBe('ERR_REVOKED')
    await redis.kill()
    await until(async () => (await service.post('/api/token', { token })).status === 503)
  })

  it('Sentinels lead the service to a new master, without a restart', async () => {
    const master = await start()
    const replica = await start(['--replicaof', '127.0.0.1', String(master.port)])
    await until(async () => (await replica.ask('INFO', 'replication')).includes('master_link_status:up'))
    const sentinel = await startSentinel(master)
    await until(async () => (await sentinel.ask('SENTINEL', 'REPLICAS', 'shop')).includes(String(replica.port)))
    const service = await serve(`redis://127.0.0.1:${sentinel.port}?sentinel=shop`)
    const token = await service.enroll()
    await until(async () => (await replica.ask('EXISTS', '{hubtwin}:signing-keys')) === ':1')
    await master.kill()
    await until(async () => (await service.post('/api/token', { token })).status === 503)
    await until(async () => (await service.post('/api/token', { token })).status === 200)
    expect(await replica.ask('INFO', 'replication')).toContain('role:master')
  })

  it('rediss:// needs a certificate that the machine trusts', async () => {
    const plain = await start()
    const { key, certificate } = await makeCertificate(plain.folder)
    const tlsPort = await freePort()
    await plain.kill()
    const files = ['--tls-key-file', key, '--tls-cert-file', certificate, '--tls-auth-clients', 'no']
    await plain.start(['--tls-port', String(tlsPort), ...files])
    const rotate = (environment: Record<string, string>): ReturnType<typeof runProgram> =>
      runProgram('service/dist/cli.js', ['rotate-keys'], {
        ...ENVIRONMENT,
        HUBTWIN_STORE: `rediss://localhost:${tlsPort}`,
        ...environment,
      })
    const trusted = await rotate({ NODE_EXTRA_CA_CERTS: certificate })
    // The connection works; only the state is missing.
    expect(trusted.stderr).toContain('No token service has its state in rediss://localhost')
    expect((await rotate({})).stderr).toMatch(/does not answer \((DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED\w+)\)/)
  })
})

async function startSentinel(master: RedisProcess): Promise<RedisProcess> {
  const file = join(master.folder, 'sentinel.conf')
  await writeFile(
    file,
    [
      `sentinel monitor shop 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds shop 500',
      'sentinel failover-timeout shop 2000',
      '',
    ].join('\n'),
  )
  const sentinel = await startRedis([], file)
  onTestFinished(() => sentinel.close())
  return sentinel
}

async function makeCertificate(folder: string): Promise<{ key: string; certificate: string }> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', key, '-out', certificate]
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    ...subject,
    ...files,
  ])
  return { key, certificate }
}
