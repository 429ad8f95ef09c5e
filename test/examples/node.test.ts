import { expect, test } from 'vitest'
import { checkProgram } from './support/program.ts'
import { desire, startExampleHub } from './support/hub.ts'

test('A copy of examples/node installs and runs, also by require()', async (context) => {
  const copy = await checkProgram(context, 'node', { install: ['npm', 'install'], start: ['npm', 'start'] })
  const { hub, connectionString } = await startExampleHub()
  await desire(hub, 'Hello')
  const output = await copy.run('env', `IOTHUB_DEVICE_CONNECTION_STRING=${connectionString}`, 'node', 'required.cjs')
  expect(output).toContain('The hub confirmed reported version 2')
})
