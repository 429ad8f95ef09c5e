import type { TextlintRuleModule } from '@textlint/types'
import { split } from 'sentence-splitter'
import { StringSource } from 'textlint-util-to-string'

interface Options {
  readonly max: number
}

/**
 * A sentence has at most `max` words, and its subject is a noun: "Who" and "What" start questions
 * only.
 */
export const sentences: TextlintRuleModule = (context, options) => {
  const { max } = options as Options
  const { Syntax, RuleError, report, locator } = context
  return {
    [Syntax.Paragraph](node) {
      const source = new StringSource(node as ConstructorParameters<typeof StringSource>[0])
      for (const sentence of split(source.toString())) {
        if (sentence.type !== 'Sentence') continue
        const complaint = complainAbout(sentence.raw, max)
        if (complaint === undefined) continue
        const index = source.originalIndexFromIndex(sentence.range[0]) ?? 0
        report(node, new RuleError(`${complaint}: "${sentence.raw.slice(0, 60)}…"`, { padding: locator.at(index) }))
      }
    },
  }
}

function complainAbout(sentence: string, max: number): string | undefined {
  const words = sentence.split(/\s+/).filter((word) => /\w/.test(word)).length
  if (words > max) return `a sentence of ${words} words (at most ${max})`
  if (/^(Who|Whom|Whoever|What|Whatever) /.test(sentence) && !/^What happens|\?\W*$/.test(sentence)) {
    return 'a sentence that starts with "who" or "what"'
  }
  return undefined
}
