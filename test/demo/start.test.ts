import { expect, it } from 'vitest'
import { runProgram } from './program.ts'

it('npm start shows a twin kept in step: five patches out, one report back, and how to go on', async () => {
  const { code, stdout, stderr } = await runProgram('node-demo/start.ts')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot()
})
