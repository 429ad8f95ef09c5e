import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Result {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}

/**
 * Lists every element that breaks a rule of axe in the page's present state, with the reason.
 *
 * @param rules names or tags of axe's rules. @default axe's own choice
 */
export async function axeFaults(page: Page, rules?: readonly string[]): Promise<string[]> {
  // The debugger evaluates this, so the page's policy does not stop it.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(source)
  const { violations } = await page.evaluate<Result>(
    `axe.run(${rules === undefined ? '' : JSON.stringify({ runOnly: rules })})`,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}
