import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Result {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}

/**
 * What axe finds at fault in the page as it is now, element by element, and why.
 *
 * @param rules by their names in axe. @default all of them
 */
export async function axeFaults(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Through the debugger, which the page's policy does not stop.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(source)
  const { violations } = await page.evaluate<Result>(
    `axe.run(${rules === undefined ? '' : JSON.stringify({ runOnly: rules })})`,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}
