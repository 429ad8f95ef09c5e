import { describe, expect, it } from 'vitest'
import { readPasted } from '../../../device-models/src/pasted.ts'
import { unwrapPasted } from '../../../emulator/src/cli/pasted.ts'

const DEVICE = 'HostName=h.azure-devices.net;DeviceId=device1;SharedAccessKey=a2V5'
const POLICY = 'HostName=h.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=a2V5'

const wrappings: readonly [name: string, wrap: (text: string) => string, variable?: string][] = [
  ['nothing', (text) => text],
  ['white space and line breaks', (text) => `\r\n  ${text} \n`],
  ['double quotes', (text) => ` "${text}"\n`],
  ['a quote and a comma, as in JSON', (text) => `"${text}",`],
  ["export and sh's quotes", (text) => `export NAME_1='${text}'`, 'NAME_1'],
  ['a line of an .env file', (text) => `NAME_1=${text}`, 'NAME_1'],
  ['set, as in cmd', (text) => `set NAME_1=${text}`, 'NAME_1'],
  ['set with quotes, as in cmd', (text) => `set "NAME_1=${text}"`, 'NAME_1'],
  ["PowerShell's assignment", (text) => `$env:Name_1 = "${text}"`, 'Name_1'],
]

describe('readPasted', () => {
  it.each(wrappings)('reads a connection string within %s', (_, wrap, variable) => {
    const found = variable === undefined ? {} : { variable }
    expect(readPasted(wrap(DEVICE))).toEqual({ text: DEVICE, kind: 'device', ...found })
    expect(readPasted(wrap(POLICY))).toEqual({ text: POLICY, kind: 'policy', ...found })
  })

  it.each(wrappings)('reads the same as the command line of the local hub, within %s', (_, wrap) => {
    for (const text of [DEVICE, POLICY]) expect(unwrapPasted(wrap(text))).toBe(text)
  })

  it('finds the wanted connection string among the lines that the local hub prints', () => {
    const lines = `# for a page:\nexport IOTHUB_CONNECTION_STRING='${POLICY}'\n\nexport D='${DEVICE}'\n`
    expect(readPasted(lines)).toMatchObject({ text: DEVICE, kind: 'device' })
    expect(readPasted(lines, 'policy')).toMatchObject({ text: POLICY, variable: 'IOTHUB_CONNECTION_STRING' })
  })

  it('names the variable of an assignment without a value', () => {
    for (const text of ["export NAME=''", 'NAME=', 'set NAME=']) {
      expect(readPasted(text)).toEqual({ text: '', kind: 'other', variable: 'NAME' })
    }
    expect(readPasted(' \n')).toEqual({ text: '', kind: 'other' })
  })

  it('leaves any other text to the parser', () => {
    for (const text of ['nonsense', 'HostName=h;Deviceid=a', 'DeviceId']) {
      expect(readPasted(text)).toEqual({ text, kind: 'other' })
    }
  })
})
