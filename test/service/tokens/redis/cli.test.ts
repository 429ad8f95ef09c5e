import { startHub } from 'hubtwin-emulator'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openRedisStore } from '../../../../service/src/runtime/redis/redis-store.ts'
import { openEnrollment } from '../../../../service/src/tokens/index.ts'
import { redisObstacle } from '../../../../tools/redis.ts'
import { type Ended, runProgram } from '../../../demo/program.ts'
import { startInstance } from './instances.ts'
import { sendRaw } from '../raw-http.ts'
import { post } from './post.ts'
import { type RedisProcess, startRedis } from './redis-process.ts'
import { ENVIRONMENT } from './spawn-instance.ts'

const SECRET = 'made-up-secret'
let redis: RedisProcess
let url: string
beforeEach(async (context) => {
  const obstacle = redisObstacle()
  if (obstacle !== undefined) context.skip(obstacle)
  redis = await startRedis(['--requirepass', SECRET])
  onTestFinished(() => redis.close())
  url = `redis://:${SECRET}@127.0.0.1:${redis.port}`
})

function run(args: readonly string[], environment: Record<string, string> = { HUBTWIN_STORE: url }): Promise<Ended> {
  return runProgram('service/dist/cli.js', args, { ...ENVIRONMENT, ...environment })
}

describe('the commands with a store in Redis', () => {
  it('code and revoke change what a running service does', async () => {
    const hub = await startHub({ devices: ['kiosk-7'] })
    onTestFinished(() => hub.close())
    const withHub = { IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }), HUBTWIN_STORE: url }
    const { port, ...service } = await startInstance(url)
    const code = (await run(['code', 'kiosk-7'], withHub)).stdout.trim()
    const { token } = await post(port, '/api/enroll', { code })
    expect((await post(port, '/api/token', { token })).status).toBe(200)
    expect(await run(['revoke', 'kiosk-7'])).toMatchObject({ code: 0, stderr: '' })
    expect(await post(port, '/api/token', { token })).toMatchObject({ status: 403, code: 'ERR_REVOKED' })
    service.stop('SIGTERM')
    expect(await service.ended).toBe(0)
    expect(service.warned()).toContain(`Keys, codes, and revocations are in ${redis.url}.`)
    expect(service.printed() + service.warned()).not.toContain(SECRET)
  })

  it('revoke, rotate-keys, and state work without a running service', async () => {
    expect((await run(['revoke', 'kiosk-7'])).stderr).toBe(
      `No token service has its state in ${redis.url}; pass the --store of "serve"\n`,
    )
    const store = openRedisStore(url)
    onTestFinished(() => store.close())
    await store.connect(10_000)
    await openEnrollment(store).codes.make('kiosk-7', 60)
    await openEnrollment(store).keySet()
    const unknown = await run(['revoke', 'nobody'])
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(unknown.stderr).toMatch(/^No such device ever enrolled: redis:\/\/127\.0\.0\.1:\d+ knows no device, /)
    expect((await run(['rotate-keys'])).stdout).toContain('1 older key stays valid')
    const { code: exit, stdout, stderr } = await run(['state'])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toMatch(/^State {9}redis:\/\/127\.0\.0\.1:\d+\nSigning keys {2}2, the newest from 2\S+Z\n/)
    expect(stdout).toMatch(/\nKnown names {3}1 of devices .+\nRevoked {7}0\n$/)
  })

  it('serve has metrics on its own port, and answers probes on both', async () => {
    const { port, ...service } = await startInstance(url, ['--metrics-port', '0'])
    const metricsUrl = /Metrics are at (\S+)\.\n/.exec(service.warned())?.[1] ?? ''
    await post(port, '/api/token', {})
    const response = await fetch(metricsUrl)
    expect(response.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    const text = await response.text()
    for (const line of [
      'hubtwin_ready 1',
      'hubtwin_request_duration_seconds_count{route="token",status="401"} 1',
      'hubtwin_events_total{event="token",outcome="ERR_NO_TOKEN"} 1',
    ])
      expect(text).toContain(`\n${line}\n`)
    expect(text).toMatch(/\nhubtwin_store_command_duration_seconds_count\{outcome="ok"\} [1-9]/)
    expect(text).toMatch(/\n# EOF\n$/)
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404)
    for (const base of [`http://127.0.0.1:${port}`, new URL(metricsUrl).origin])
      for (const path of ['/healthz', '/readyz']) expect((await fetch(base + path)).status).toBe(200)
    // HAProxy's default probe has neither HTTP/1.1 nor a Host header.
    for (const probed of [port, Number(new URL(metricsUrl).port)])
      expect(await sendRaw(probed, 'GET /readyz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    await redis.kill()
    await expect
      .poll(async () => (await fetch(metricsUrl)).text(), { timeout: 15_000 })
      .toContain('\nhubtwin_ready 0\n')
  })

  it('serve waits for a store that is down, and ends for a wrong password', async () => {
    await redis.kill()
    const { port, ...service } = await startInstance(url)
    expect(service.warned()).toContain(
      `The store at ${redis.url} does not answer (ECONNREFUSED). Until it does, the service refuses every request with 503\n`,
    )
    expect((await post(port, '/api/token', {})).status).toBe(503)
    await redis.start()
    await expect.poll(async () => (await post(port, '/api/token', {})).status, { timeout: 15_000 }).toBe(401)
    const wrong = await run(['serve', '--port', '0'], { HUBTWIN_STORE: redis.url, HUBTWIN_STORE_PASSWORD: 'wrong' })
    expect(wrong).toEqual({
      code: 1,
      stdout: '',
      stderr: `The store at ${redis.url} does not answer (WRONGPASS)\n`,
    })
  })

  it('rotate-keys warns about a password among its arguments, and never prints it', async () => {
    const { code, stdout, stderr } = await run(['rotate-keys', '--store', 'redis://:s3cret@a,b'], {})
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'Other users of this machine can read the password in --store; set HUBTWIN_STORE instead\n' +
        'Several hosts of a store need ?cluster or ?sentinel=mymaster\n',
    })
    const both = await run(['rotate-keys', '--store', 'redis://localhost', '--state', '/tmp/state'], {})
    expect(both.stderr).toBe(
      '--store and --state both name the state; pass only the --store or the --state of "serve"\n',
    )
  })
})
