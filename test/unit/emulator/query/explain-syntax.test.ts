import { expect, test } from 'vitest'
import { parseQuery } from '../../../../emulator/src/query/parse-query.ts'

const ALL = 'SELECT * FROM devices'
const NEXT = 'AND, OR, GROUP BY, ORDER BY, or the end of the query'

test.each([
  ['', 1, 'expected SELECT but the query ends'],
  ['DELETE FROM devices', 1, 'expected SELECT but found "DELETE"'],
  ['SELECT FROM devices', 8, 'expected TOP, *, or a property such as tags.floor but found "FROM"'],
  ['SELECT TOP * FROM devices', 12, 'expected a whole number but found "*"'],
  ['SELECT a, FROM devices', 11, 'expected a property such as tags.floor but found "FROM"'],
  ['SELECT a b FROM devices', 10, 'expected AS, a comma, or FROM but found "b"'],
  ['SELECT count( FROM devices', 15, 'expected a closing parenthesis but found "FROM"'],
  ['SELECT * devices', 10, 'expected FROM but found "devices"'],
  ['SELECT * FROM', 14, 'expected a collection such as devices, devices.modules, or devices.jobs but the query ends'],
  [`${ALL}. WHERE`, 24, /^expected a collection such as .* but found "WHERE"$/],
  [`${ALL} LIMIT 5`, 23, 'expected WHERE, GROUP BY, ORDER BY, or the end of the query but found "LIMIT"'],
  [`${ALL}; ${ALL}`, 22, 'expected the end of the query but found ";"'],
  [`${ALL} WHERE`, 28, 'expected a comparison such as tags.floor = 3 but the query ends'],
  [`${ALL} WHERE select = 1`, 29, 'expected a comparison such as tags.floor = 3 but found "select"'],
  [`${ALL} WHERE a == 3`, 32, `expected a value such as 3 or 'lab' but found "="`],
  [`${ALL} WHERE a = ‘x’`, 33, `expected a value such as 3 or 'lab' but found "‘x’"`],
  [`${ALL} WHERE a = 3 &&`, 35, `expected ${NEXT} but found "&&"`],
  [`${ALL} WHERE a LIKE 'x'`, 31, `expected a comparison such as = 3, ${NEXT} but found "LIKE"`],
  [`${ALL} WHERE a IN (1)`, 34, `expected a list such as ['a', 'b'] but found "(1)"`],
  [`${ALL} WHERE a IN [1`, 36, 'expected a closing bracket but the query ends'],
  [`${ALL} WHERE (a = 1`, 35, 'expected a closing parenthesis but the query ends'],
  [`${ALL} WHERE a. = 1`, 32, 'expected a property such as tags.floor but found "="'],
  [`${ALL} WHERE a[b] = 1`, 31, `expected a string such as 'lab' but found "b"`],
  [`${ALL} WHERE a = 'x`, 35, "expected the quote ' at the end of the string but the query ends"],
  [`${ALL} WHERE a = "x`, 35, 'expected the quote " at the end of the string but the query ends'],
  [`${ALL} WHERE a = '\\q'`, 35, String.raw`expected an escape such as \' or \u0041 but found "q"`],
  [`${ALL} WHERE [[a = 1`, 36, 'expected ]] but the query ends'],
  [`${ALL} ORDER a`, 29, 'expected BY but found "a"'],
  [`${ALL} ORDER BY a up`, 34, 'expected ASC, DESC, a comma, or the end of the query but found "up"'],
])('the query %j is wrong at column %i: %s', (query, column, problem) => {
  let message = ''
  try {
    parseQuery(query)
  } catch (error) {
    message = (error as Error).message
  }
  const start = `The query is not valid: Line 1, col ${column}: `
  expect(message.slice(0, start.length)).toBe(start)
  const explained = message.slice(start.length)
  if (typeof problem === 'string') expect(explained).toBe(problem)
  else expect(explained).toMatch(problem)
})
