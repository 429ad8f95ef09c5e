import type { Link } from './markdown.ts'

/**
 * A link's file as a path relative to the document, or `undefined` where it leads elsewhere or
 * within the page.
 */
export function fileOf({ target }: Link): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target) || target.startsWith('#')) return undefined
  return decodeURIComponent(target.replace(/[#?].*$/, ''))
}

export interface ScriptMention {
  readonly line: number
  readonly script: string
}

/** Every `npm run name` in a text, also between backticks and in code. */
export function scriptsIn(text: string): ScriptMention[] {
  return text.split('\n').flatMap((content, index) =>
    [...content.matchAll(/\bnpm run (?:-{1,2}\S+ )*([a-z][\w:-]*)/g)].map(([, script = '']) => ({
      line: index + 1,
      script,
    })),
  )
}
