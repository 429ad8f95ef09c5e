import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { guideTables } from '../../bench/load-by-tier/tables.ts'
import { formatAs } from '../../tools/format.ts'
import { withSection } from '../../tools/interop/table.ts'
import { ROOT } from '../../tools/root.ts'

it('the tables of the fleet guide are those of bench/load-by-tier.ts --write', () => {
  const filepath = join(ROOT, 'docs/guides/fleet.md')
  const guide = readFileSync(filepath, 'utf8')
  expect(guide).toBe(formatAs(filepath, withSection(guide, 'load by tier', guideTables())))
})
