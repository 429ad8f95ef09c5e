import { describe, expect, test } from 'vitest'
import { checkOptions } from '../../../../emulator/src/hub/check-options.ts'
import { startHub } from '../../../../emulator/src/index.ts'

describe('checkOptions()', () => {
  test.each([
    {},
    { address: undefined, dataFolder: undefined },
    { address: '::1', dataFolder: './hub', securePort: 0, plainPort: 65_535, mqttPort: 8883 },
    { tier: 'S1' as const, units: 2, clock: Date.now, lostLocksCount: false, hostName: 'hub.test' },
    { expiryGraceInSeconds: 0, slowClientTimeoutInMs: 0.5, devices: [], origins: ['null'] },
  ])('accepts %j', (options) => {
    expect(() => checkOptions(options)).not.toThrow()
  })

  test.each([
    [{ address: '' }, "address is ''; expected an address such as '127.0.0.1'"],
    [{ address: ' ' }, "address is ' '; expected an address such as '127.0.0.1'"],
    [{ dataFolder: '' }, "dataFolder is ''; expected a folder such as './hub', or undefined for a hub in memory"],
    [{ dataFolder: null }, /^dataFolder is null; /],
    [{ securePort: 65_536 }, 'securePort is 65536; expected a whole number from 0 to 65535'],
    [{ plainPort: '10480' }, "plainPort is '10480'; expected a whole number from 0 to 65535"],
    [{ mqttPort: -1 }, /^mqttPort is -1; /],
    [{ plainPort: 1.5 }, /^plainPort is 1.5; /],
    [{ slowClientTimeoutInMs: NaN }, 'slowClientTimeoutInMs is NaN; expected a number of at least 0'],
    [{ expiryGraceInSeconds: -1 }, /^expiryGraceInSeconds is -1; /],
    [{ configurationIntervalInSeconds: '5' }, /^configurationIntervalInSeconds is '5'; /],
    [{ devices: 'kiosk-1' }, "devices is 'kiosk-1'; expected an array of strings"],
    [{ devices: {} }, 'devices is of type object; expected an array of strings'],
    [{ origins: 'null' }, /^origins is 'null'; /],
  ])('rejects %j', (options, message) => {
    expect(() => checkOptions(options as object)).toThrow(RangeError)
    expect(() => checkOptions(options as object)).toThrow(message)
  })
})

describe('checkOptions() throws a TypeError', () => {
  test.each([
    [{ dataFoldr: './hub' }, /^startHub\(\) has no option 'dataFoldr'; its options are address, .*, dataFolder, /],
    [{ foo: undefined }, /^startHub\(\) has no option 'foo'; /],
    [{ units: 2 }, "units is 2, but there is no tier; expected tier too, such as 'S1'"],
    [{ clock: 5 }, 'clock is 5; expected a function'],
    [{ onError: 'log' }, "onError is 'log'; expected a function"],
    [{ onRefusedConnect: true }, 'onRefusedConnect is true; expected a function'],
    [{ emptyPatchCounts: 'no' }, "emptyPatchCounts is 'no'; expected a boolean"],
    [{ lostLocksCount: 1 }, 'lostLocksCount is 1; expected a boolean'],
    [{ cleanSessionsGetQueue: null }, 'cleanSessionsGetQueue is null; expected a boolean'],
    [{ hostName: 5 }, 'hostName is 5; expected a string'],
    [5, /^The options of startHub\(\) are 5; expected an object with any of address, /],
    [null, /^The options of startHub\(\) are null; /],
    [['a'], /^The options of startHub\(\) are an array; /],
  ])('for %j', (options, message) => {
    expect(() => checkOptions(options as object)).toThrow(TypeError)
    expect(() => checkOptions(options as object)).toThrow(message)
  })
})

test('startHub() rejects an invalid option', async () => {
  await expect(startHub({ address: '' })).rejects.toThrow("address is ''")
})
