import { grammar } from 'ohm-js'
import type { Grammar } from 'ohm-js'

/**
 * The query language of IoT Hub as far as twins need it (protocol sheet 6.5). Key words ignore case; text has single or double quotes, doubled
 * inside itself.
 */
export const queryGrammar: Grammar = grammar(String.raw`
  TwinQuery {
    Query      = select "*" from Source Where? end
    Source     = devicesModules  -- modules
               | devices         -- devices
    Where      = where Or

    Or         = And (or And)*
    And        = Not (and Not)*
    Not        = not Not         -- not
               | Primary
    Primary    = "(" Or ")"      -- group
               | isDefined "(" Path ")"          -- defined
               | Operand in List                 -- in
               | Operand nin List                -- nin
               | Operand comparison Operand      -- compare
               | Operand                         -- alone
    List       = "[" ListOf<Operand, ","> "]"
    Operand    = Literal | Path
    Literal    = number | text | keyword
    Path       = name PathStep*
    PathStep   = "." name        -- dot
               | "[" text "]"    -- bracket

    comparison = "!=" | "<>" | "<=" | ">=" | "=" | "<" | ">"
    number     = numeral
    numeral    = "-"? digit+ ("." digit+)? (caseInsensitive<"e"> ("+" | "-")? digit+)?
    text       = "'" ("''" | ~"'" any)* "'"      -- single
               | "\"" ("\"\"" | ~"\"" any)* "\"" -- double
    keyword    = true | false | null
    name       = ~reserved nameStart namePart*
    nameStart  = letter | "_" | "$"
    namePart   = letter | digit | "_" | "$" | "-"
    reserved   = select | from | where | and | or | not | in | nin | true | false | null

    select     = caseInsensitive<"select"> ~namePart
    from       = caseInsensitive<"from"> ~namePart
    devicesModules = devicesWord "." caseInsensitive<"modules"> ~namePart
    devices    = devicesWord ~"."
    devicesWord = caseInsensitive<"devices"> ~namePart
    where      = caseInsensitive<"where"> ~namePart
    and        = caseInsensitive<"and"> ~namePart
    or         = caseInsensitive<"or"> ~namePart
    not        = caseInsensitive<"not"> ~namePart
    in         = caseInsensitive<"in"> ~namePart
    nin        = caseInsensitive<"nin"> ~namePart
    isDefined  = caseInsensitive<"is_defined"> ~namePart
    true       = caseInsensitive<"true"> ~namePart
    false      = caseInsensitive<"false"> ~namePart
    null       = caseInsensitive<"null"> ~namePart
  }
`)
