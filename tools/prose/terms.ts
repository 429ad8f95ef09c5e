/** A pattern, matched without regard to case, and the words to use instead. */
type Term = readonly [pattern: string, better: string]

/**
 * Words and phrases that hubtwin's texts avoid. docs/glossary.md defines the terms to use.
 * Each entry is unambiguous enough for a program; a reader judges the rest.
 */
const PHRASES: readonly Term[] = [
  // Phrases that a native writer does not use.
  ['\\banew\\b', 'again'],
  ['\\bat the most\\b', 'at most'],
  ['\\bat the least\\b', 'at least'],
  ['\\bonce more\\b', 'again'],
  ['\\bthereby\\b', 'by this'],
  ['\\bwhoever\\b', 'a named actor'],
  ['\\blest\\b', 'so that … not'],
  ['\\b(is|are|was|were|be|been|being|gets|get) told\\b', 'reports, notifies, or prints (active voice)'],
  ['\\btold (apart|by|as|of|that|in|to)\\b', 'distinguished, reported, or notified'],
  ['\\btells? (\\w+ )?apart\\b', 'distinguishes'],
  ['\\b(is|are) met in\\b', 'appears in'],
  ['\\bas it should be\\b', 'nothing, or the reason'],
  ['\\bstood? (twice|in it|there)\\b', 'appears'],
  ['\\bin step\\b', 'in sync'],
  ['\\bno more than others\\b', 'nothing'],
  ['\\bmay as well\\b', 'can also'],
  ['\\bbeside\\b', 'next to, or in addition to'],
  ['\\bhithertoo?\\b', 'so far'],
  ['\\bsomebody\\b', 'a named actor'],
  ['\\bnobody\\b', 'no … (a named actor)'],
  ['\\bmust needs\\b', 'must'],
  ['\\bprotocol sheet\\b', 'docs/protocol/protocol.md §N'],
  ['\\bthe plan(?=[.,; ]+(of|had|was|is|said|left)\\b)', 'a decision page'],
  // "One" as a pronoun.
  ['\\b(that|this|each|such an?|the same|another|every) one\\b', 'the noun'],
  ['\\bthe one (that|who|which|in|of|from|with)\\b', 'the noun'],
  ['\\bone (can|may|must|should|has|had|that|who|which|wants|needs|would|could)\\b', 'the noun, or "you"'],
  ["\\bone['’]s\\b", 'a named owner'],
  // Clauses with "who" or "what" as the subject.
  ['\\b(and|but|or|for|to|of|with|from|by|that) who\\b', 'a noun as the subject'],
  [
    '\\bwhat (is|are|was|were) (not|new|meant|asked|left|known|sent|said|given|made|wanted)\\b',
    'a noun as the subject',
  ],
  ['\\bwhat (has no|is (due|open|wrong|missing)|was (desired|missing)|belongs|does not)\\b', 'a noun as the subject'],
  // "Its own" comes before the noun.
  ['\\bof (its|their|your|our) own(?=[.,;:)]|$| (for|and|or|with|that|so)\\b)', 'its own …'],
  ['\\bmeanwhile\\.', '"Meanwhile, …" at the start, or "until then"'],
  ['\\bfor so long\\b', 'for this time'],
  // Private terms.
  ['\\bwish(es|ed)?\\b', 'request, spec, or desired value'],
  ['\\bheritage\\b', 'handover'],
  ['\\bhappenings?\\b', 'session input or hub event'],
  ['\\btake-overs?\\b', 'takeover'],
  ['\\bpre-made\\b', 'ready-made'],
  // American English, as in Microsoft's documents.
  ['\\benrolments?\\b', 'enrollment'],
  ['\\benrol(s)?\\b', 'enroll'],
  ['\\backnowledgements?\\b', 'acknowledgment'],
  ['\\bbehaviours?\\b', 'behavior'],
  ['\\bcolour(s|ed)?\\b', 'color'],
  ['\\bcentres?\\b', 'center'],
  ['\\bgrey\\b', 'gray'],
  ['\\bhonours?\\b', 'honor'],
  ['\\blicences?\\b', 'license'],
  ['\\bcancell(ed|ing)\\b', 'canceled, canceling'],
  ['\\b(recogn|serial|initial|organ|normal|author|synchron|minim|maxim|optim|summar)is(e|es|ed|ing|ation)\\b', '-ize'],
]

/** The phrases, matched across line breaks too. */
export const TERMS: readonly Term[] = PHRASES.map(([pattern, better]) => [pattern.replaceAll(' ', '\\s+'), better])
