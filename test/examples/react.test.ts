import { expect, test } from 'vitest'
import { checkPage } from './support/page.ts'

test('A copy of examples/react builds, connects once in StrictMode, and renders on a server', async (context) => {
  const { copy, hub, page } = await checkPage(context, 'react', 'dist')
  expect(hub.connections()).toHaveLength(1)
  const before = hub.connections()
  await page.click('#press')
  await expect.poll(() => hub.twin('device1')['properties']).toMatchObject({ reported: { presses: 2 } })
  expect(hub.connections()).toEqual(before)

  await page.close()
  await expect.poll(() => hub.connections()).toEqual([])
  await copy.run('npm', 'run', 'build:server')
  // It ends, so it has opened no connection.
  expect(await copy.run('npm', 'run', 'render')).toContain('<output id="status">connecting</output>')
})
