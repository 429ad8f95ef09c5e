import { afterEach, describe, expect, it, vi } from 'vitest'
import { readOptions } from '../../../node-demo/fleet/options.ts'
import { planOf } from '../../../node-demo/fleet/plan.ts'

afterEach(() => vi.unstubAllEnvs())

const read = (...args: string[]) => readOptions(args, '1.2.3')

function useHub(hostName: string): void {
  vi.stubEnv(
    'IOTHUB_CONNECTION_STRING',
    `HostName=${hostName};SharedAccessKeyName=iothubowner;SharedAccessKey=bWFkZS11cA==;`,
  )
}

describe('readOptions', () => {
  it.each([
    [[], 1, 100],
    [['--devices', '7'], 1, 7],
    [['--from', '501', '--devices', '500'], 501, 1000],
    [['--from', '3', '--to', '3'], 3, 3],
    [['--connection-strings', 'f.csv', '--from', '3'], 3, undefined],
    [['--connection-strings', 'f.csv', '--devices', '2'], 1, 2],
  ])('reads the range of %j', (args, from, to) => {
    expect(read(...args)).toMatchObject({ from, to })
  })

  it.each([
    [['--devices', '5', '--to', '9'], 'Give either --devices or --to, not both'],
    [['--from', '5', '--to', '4'], '--to is 4; expected at least --from, 5'],
    [['--tier', 'S3', '--units', '11'], '--units is 11; S3 has at most 10'],
    [['--connection-strings', 'f', '--create'], '--create and --delete are for the devices of a registry'],
  ])('refuses %j', (args, message) => {
    expect(() => read(...args)).toThrow(message)
  })
})

describe('planOf', () => {
  it.each([
    ['localhost:10480', [], 200],
    ['localhost:10480', ['--tier', 'S1'], 100],
    ['contoso.azure-devices.net', [], 100],
    ['contoso.azure-devices.net', ['--tier', 'S3', '--units', '2'], 1000],
    ['contoso.azure-devices.net', ['--connect-rate', '2.5'], 2.5],
  ])('for the hub %s with %j connects %d devices per second', (hostName, args, connectRate) => {
    useHub(hostName)
    expect(planOf(read(...args))).toMatchObject({ authority: hostName, connectRate })
  })

  it('warns only of reports above the limit of the tier', () => {
    useHub('contoso.azure-devices.net')
    expect(planOf(read('--devices', '3000', '--report-every', '60')).warning).toBeUndefined()
    expect(planOf(read('--devices', '3001', '--report-every', '60')).warning).toBe(
      'The fleet reports 51 times per second; S1 with 1 unit allows 50 twin updates per second',
    )
    expect(planOf(read('--devices', '9000', '--report-every', '0')).warning).toBeUndefined()
  })

  it('warns of telemetry above the limit of the tier', () => {
    useHub('contoso.azure-devices.net')
    expect(planOf(read('--devices', '1000', '--telemetry-every', '10')).warning).toBeUndefined()
    expect(planOf(read('--devices', '1001', '--telemetry-every', '10')).warning).toBe(
      'The fleet sends 101 telemetry messages per second; S1 with 1 unit allows 100 per second',
    )
  })

  it('refuses a tier without twins, and a file that is not there', () => {
    expect(() => planOf(read('--tier', 'B1'))).toThrow('the basic tiers have no twins; expected F1, S1, S2, or S3')
    expect(() => planOf(read('--connection-strings', 'nowhere.csv'))).toThrow(
      '--connection-strings nowhere.csv cannot be read: there is no such file',
    )
  })
})
