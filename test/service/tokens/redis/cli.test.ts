import { startHub } from 'hubtwin-emulator'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { redisObstacle } from '../../../../tools/redis.ts'
import { type Ended, runProgram } from '../../../demo/program.ts'
import { ENVIRONMENT, post, startInstance } from './instances.ts'
import { type RedisProcess, startRedis } from './redis-process.ts'

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
  it('code, revoke, and rotate-keys change what a running service does', async () => {
    const hub = await startHub({ devices: ['kiosk-7'] })
    onTestFinished(() => hub.close())
    const withHub = { IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }), HUBTWIN_STORE: url }
    expect((await run(['revoke', 'kiosk-7'])).stderr).toBe(
      `No token service has its state in ${redis.url}; pass the --store of "serve"\n`,
    )
    const { program, port } = await startInstance(url)
    const code = (await run(['code', 'kiosk-7'], withHub)).stdout.trim()
    const { token } = await post(port, '/api/enroll', { code })
    expect((await run(['rotate-keys'])).stdout).toContain('1 older key stays valid')
    expect((await post(port, '/api/token', { token })).status).toBe(200)
    const unknown = await run(['revoke', 'nobody'])
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(unknown.stderr).toMatch(/^No such device ever enrolled: redis:\/\/127\.0\.0\.1:\d+ knows no device, /)
    expect(await run(['revoke', 'kiosk-7'])).toMatchObject({ code: 0, stderr: '' })
    expect(await post(port, '/api/token', { token })).toMatchObject({ status: 403, code: 'ERR_REVOKED' })
    program.stop('SIGTERM')
    const { stdout, stderr } = await program.ended
    expect(stderr).toContain(`Keys, codes, and revocations are in ${redis.url}.`)
    expect(stdout + stderr).not.toContain(SECRET)
  })

  it('serve has metrics on a port of its own, and answers probes on both', async () => {
    const { program, port } = await startInstance(url, ['--metrics-port', '0'])
    const metricsUrl = /Metrics are at (\S+)\.\n/.exec(program.told())?.[1] ?? ''
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
    await redis.kill()
    await expect
      .poll(async () => (await fetch(metricsUrl)).text(), { timeout: 15_000 })
      .toContain('\nhubtwin_ready 0\n')
  })

  it('serve waits for a store that is down, and ends for a wrong password', async () => {
    await redis.kill()
    const { program, port } = await startInstance(url)
    expect(program.told()).toContain(
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

  it.each([
    [['--store', 'http://localhost'], /^The address of the store is malformed; expected redis:\/\/host:6379 or .+\n$/],
    [['--store', 'redis://localhost', '--state', '/tmp/state'], /^--store and --state both name the state; .+\n$/],
    [['--store', 'redis://a,b'], /^Several hosts of a store need \?cluster or \?sentinel=mymaster\n$/],
    [['--store', 'redis://:s3cret@local host'], /\nThe host of the store is malformed; expected .+\n$/],
  ])('rotate-keys refuses %j without the password in its message', async (args, message) => {
    const { code, stdout, stderr } = await run(['rotate-keys', ...args], {})
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('s3cret')
  })
})
