import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import { guideTables } from '../../bench/load-by-tier/tables.ts'
import { withSection } from '../../tools/interop/table.ts'
import { ROOT } from '../../tools/root.ts'

it('the tables of the fleet guide are those of bench/load-by-tier.ts --write', async () => {
  const filepath = join(ROOT, 'docs/guides/fleet.md')
  const guide = readFileSync(filepath, 'utf8')
  const written = await format(withSection(guide, 'load by tier', guideTables()), {
    ...(await resolveConfig(filepath)),
    filepath,
  })
  expect(guide).toBe(written)
})
