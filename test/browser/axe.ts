import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Result {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
}

/** What axe finds at fault in the page as it is now, each with the first element that has it. */
export async function axeFaults(page: Page): Promise<string[]> {
  // Through the debugger, which the page's policy does not stop.
  await page.evaluate(source)
  const { violations } = await page.evaluate<Result>('axe.run()')
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
