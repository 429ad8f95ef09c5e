import { grammar, type Grammar } from 'ohm-js'

/**
 * Words that need double brackets as a name (azure-docs#17106). IoT Hub publishes no list. These
 * are the words of its own grammar. Azure Digital Twins reserves them too, with the same brackets
 * (Azure Digital Twins: reserved keywords).
 */
export const RESERVED_WORDS: ReadonlySet<string> = new Set([
  'select',
  'top',
  'from',
  'where',
  'group',
  'order',
  'by',
  'asc',
  'desc',
  'and',
  'or',
  'not',
  'in',
  'nin',
  'as',
  'true',
  'false',
  'null',
])

/**
 * The query language of IoT Hub (docs/protocol/protocol.md §6.5; IoT Hub: query language for device
 * and module twins, jobs).
 *
 * Keywords and the hub's own names ignore case. Keys of tags and properties do not. Brackets
 * enclose a reserved word, or a key with characters other than letters, digits, `_`, `$`, and `-`:
 * `tags.[[a b]]` or `tags['a b']`. The grammar accepts any name of a collection or a function, so
 * that an error message can show an unknown name.
 */
const TEXT = String.raw`
  HubQuery {
    Query      = select Top? Selection from Collection Where? GroupBy? OrderBy? end
    Condition  = Or end

    Top        = top wholeNumber
    Selection  = "*"                                -- all
               | NonemptyListOf<Column, ",">        -- columns
    Column     = Projection Alias?
    Alias      = as Name
    Projection = name "(" Arguments ")"             -- aggregate
               | Path                               -- path
    Arguments  = "*"                                -- all
               | ListOf<Path, ",">                  -- paths
    Collection = name ("." name)*
    Where      = where Or
    GroupBy    = group by NonemptyListOf<Path, ",">
    OrderBy    = order by NonemptyListOf<Order, ",">
    Order      = Path (asc | desc)?

    Or         = And (or And)*
    And        = Not (and Not)*
    Not        = not Not                            -- not
               | Comparison
    Comparison = Sum in List                        -- in
               | Sum nin List                       -- nin
               | Sum comparison Sum                 -- compare
               | Sum
    Sum        = Product (("+" | "-") Product)*
    Product    = Signed (("*" | "/" | "%") Signed)*
    Signed     = "-" Primary                        -- negative
               | Primary
    Primary    = "(" Or ")"                         -- group
               | Literal
               | name "(" ListOf<Or, ","> ")"       -- call
               | Path                               -- path
    List       = "[" ListOf<Sum, ","> "]"
    Literal    = number | text | constant
    Path       = Name PathStep*
    PathStep   = "." Key                            -- dot
               | "[" text "]"                       -- text
    Name       = name | brackets
    Key        = anyName | brackets

    comparison = "!=" | "<>" | "<=" | ">=" | "=" | "<" | ">"
    wholeNumber (a whole number) = digit+ ~namePart
    number     = caseInsensitive<"0x"> hexDigit+                                    -- hexadecimal
               | digit+ ("." digit+)? (caseInsensitive<"e"> ("+" | "-")? digit+)?   -- decimal
    text       = "'" singlePart* "'" -- single
               | "\"" doublePart* "\"" -- double
    singlePart = escape
               | "''" -- doubled
               | ~("'" | "\\") any -- plain
    doublePart = escape
               | "\"\"" -- doubled
               | ~("\"" | "\\") any -- plain
    escape     = "\\" ("\\" | "'" | "\"") -- sign
               | "\\u" codeUnit           -- code
    codeUnit   = hexDigit hexDigit hexDigit hexDigit
    constant   = true | false | null | undefined
    brackets   = "[[" (~"]]" any)+ "]]"
    name       = ~reserved anyName
    anyName    = nameStart namePart*
    nameStart  = letter | "_" | "$"
    namePart   = letter | digit | "_" | "$" | "-"
    reserved   = select | top | from | where | and | or | not | in | nin | as | constant

    select     = caseInsensitive<"select"> ~namePart
    top        = caseInsensitive<"top"> ~namePart
    as         = caseInsensitive<"as"> ~namePart
    from       = caseInsensitive<"from"> ~namePart
    where      = caseInsensitive<"where"> ~namePart
    group      = caseInsensitive<"group"> ~namePart
    order      = caseInsensitive<"order"> ~namePart
    by         = caseInsensitive<"by"> ~namePart
    asc        = caseInsensitive<"asc"> ~namePart
    desc       = caseInsensitive<"desc"> ~namePart
    and        = caseInsensitive<"and"> ~namePart
    or         = caseInsensitive<"or"> ~namePart
    not        = caseInsensitive<"not"> ~namePart
    in         = caseInsensitive<"in"> ~namePart
    nin        = caseInsensitive<"nin"> ~namePart
    true       = caseInsensitive<"true"> ~namePart
    false      = caseInsensitive<"false"> ~namePart
    null       = caseInsensitive<"null"> ~namePart
    undefined  = caseInsensitive<"undefined"> ~namePart
  }
`

let compiled: Grammar | undefined

/** Compiled for the first query, because that takes a quarter of the time in which a hub starts. */
export function queryGrammar(): Grammar {
  compiled ??= grammar(TEXT)
  return compiled
}
