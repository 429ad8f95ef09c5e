import { beforeAll, describe, expect, it } from 'vitest'
import { typeCheck } from '../../tools/docs/type-check.ts'

const MINUTE = 60_000

/** Desired properties with everything that a document may contain. */
const TYPES = `
import { openDevice, openTwin, type DesiredChange, type DesiredPath, type JsonObject, type NoFeatures, type Twin } from 'hubtwin/light'
import { openSharedTwin } from 'hubtwin/light/shared-twin'
import { listUnacknowledged } from 'hubtwin/plug-and-play'
import { validateDesired } from 'hubtwin/schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

interface Climate { min: number; max?: number }
interface Level { level?: Level; end: string }
interface Desired {
  climate: Climate
  zones: Record<string, { target: number; name?: string }>
  colors: readonly { red: number }[]
  mode: { type: 'timed'; until: string } | { type: 'manual'; by: { name: string } } | 'off'
  relays: { 1: boolean; 2: boolean }
  level: Level
}
interface Reported { climate: { now: number }; colors: { red: number }[] }

const schema = v.object({
  climate: v.object({ min: v.number(), max: v.optional(v.number(), 30) }),
  mode: v.picklist(['day', 'night']),
})
const checked = validateDesired(openTwin(''), schema)

declare const plain: Twin
declare const path: string
const twin = openTwin<Desired, Reported>('')
const shared = openSharedTwin<Desired, Reported>('')
const device = openDevice<NoFeatures, Desired, Reported>('')

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles only for a value of exactly this type. */
const is = <Expected>() => <Value>(value: Value, ...same: Equal<Value, Expected> extends true ? [] : [never]): void => {}
`

/** Type-checks each line as a program. @returns the lines that do not compile */
async function wrongLines(lines: readonly string[]): Promise<string[]> {
  const examples = lines.map((line, index) => ({
    ...{ file: `${index}`, line: 1, language: 'ts', meta: '', code: `${TYPES}\n${line}\nexport {}\n` },
  }))
  const errors = await typeCheck(examples, MINUTE, 'typed-twin')
  const wrong = new Set(errors.map((error) => Number(error.split(':')[0])))
  return lines.filter((_, index) => wrong.has(index))
}

/** Each line is its own program. A single run of the compiler checks all of them. */
const LINES = {
  paths: [
    `twin.onDesired('climate', ({ value }) => is<number | undefined>()(value?.min))`,
    `twin.onDesired('climate', ({ value }) => is<Climate | undefined>()(value))`,
    `twin.onDesired('climate.min', ({ value, previous }) => is<number | undefined>()(value ?? previous))`,
    `twin.onDesired('climate.max', ({ value }) => is<number | undefined>()(value))`,
    `twin.onDesired('climate', ({ patch }) => is<number | null | undefined>()(patch?.max))`,
    `twin.onDesired('climate', ({ desired }) => is<Climate | undefined>()(desired.climate))`,
    `twin.onDesired(({ value, desired }) => is<Partial<Desired>>()(value === desired ? value : desired))`,
    `twin.onDesired('', ({ value }) => is<Partial<Desired>>()(value))`,
    `twin.onDesired('zones.kitchen.target', ({ value }) => is<number | undefined>()(value))`,
    'twin.onDesired(`zones.${path}`, ({ value }) => is<string | undefined>()(value?.name))',
    'twin.onDesired(`zones.${path}.target`, ({ value }) => is<number | undefined>()(value))',
    `twin.onDesired('colors', ({ value }) => is<readonly { red: number }[] | undefined>()(value))`,
    `twin.onDesired('mode', ({ value }) => is<Desired['mode'] | undefined>()(value))`,
    `twin.onDesired('mode.type', ({ value }) => is<'timed' | 'manual' | undefined>()(value))`,
    `twin.onDesired('mode.by.name', ({ value }) => is<string | undefined>()(value))`,
    `twin.onDesired('relays.2', ({ value }) => is<boolean | undefined>()(value))`,
    `twin.onDesired('level.level.level.level.level.level.level.end', ({ value }) => is<string | undefined>()(value))`,
    `for await (const { value } of twin.changes({ path: 'climate.min' })) is<number | undefined>()(value)`,
    `for await (const { value } of twin.changes()) is<Partial<Desired>>()(value)`,
    `is<Climate | undefined>()((await twin.ready()).desired.climate)`,
    `is<{ now: number } | undefined>()((await twin.refresh()).reported.climate)`,
    `twin.onReported(({ reported }) => is<number | undefined>()(reported.climate?.now))`,
    `await twin.report({ climate: { now: 20 }, colors: null })`,
    `listUnacknowledged(await twin.ready())`,
  ],
  noPath: [
    `twin.onDesired('climat', () => {})`,
    `twin.onDesired('climate.mean', () => {})`,
    `twin.onDesired('climate.min.deep', () => {})`,
    `twin.onDesired('colors.0', () => {})`,
    `twin.onDesired('zones.kitchen', ({ value }) => value?.colour)`,
    `twin.onDesired(path, () => {})`,
    `twin.changes({ path: 'climat' })`,
    `shared.onDesired('climat', () => {})`,
    `device.twin.onDesired('climat', () => {})`,
    `await twin.report({ climate: { now: 'warm' } })`,
    `await twin.report({ climat: { now: 1 } })`,
    `await twin.report({ colors: [null] })`,
  ],
  same: [
    `shared.onDesired('climate', ({ value }) => is<number | undefined>()(value?.min))`,
    `device.twin.onDesired('climate.min', ({ value }) => is<number | undefined>()(value))`,
    `is<DesiredPath<Pick<Desired, 'climate'>>>()('climate.min' as '' | 'climate' | 'climate.min' | 'climate.max')`,
  ],
  schema: [
    `checked.onDesired('climate', ({ value }) => is<number | undefined>()(value?.min))`,
    `checked.onDesired('climate.max', ({ value }) => is<number | undefined>()(value))`,
    `for await (const { value } of checked.changes({ path: 'mode' })) is<'day' | 'night' | undefined>()(value)`,
    `is<'day' | 'night' | undefined>()(checked.desired.mode)`,
    `is<'day' | 'night' | undefined>()((await checked.ready()).desired.mode)`,
    `validateDesired(openTwin(''), z.object({ a: z.number() })).onDesired('a', ({ value }) => is<number | undefined>()(value))`,
    `validateDesired(openTwin(''), type({ a: 'number' })).onDesired('a', ({ value }) => is<number | undefined>()(value))`,
    `is<string>()(validateDesired(openSharedTwin(''), schema).role.type as string)`,
    `validateDesired(openDevice('').twin, schema).onDesired('mode', () => {})`,
    `const all: Twin<{ climate: { min: number; max: number }; mode: 'day' | 'night' }> = checked`,
    `validateDesired(openTwin<JsonObject, Reported>(''), schema).report({ climate: { now: 1 } })`,
  ],
  wrongSchema: [`checked.onDesired('climat', () => {})`, `validateDesired(openTwin(''), v.string())`],
  untyped: [
    `plain.onDesired(path, (change: DesiredChange) => is<DesiredChange>()(change))`,
    `plain.onDesired('a.b', (change) => is<DesiredChange>()(change))`,
    `plain.onDesired(({ value, patch }) => is<JsonObject>()(value === patch ? value : patch))`,
    `plain.onReported(({ reported, patch }) => is<JsonObject>()(reported === patch ? reported : patch))`,
    `for await (const { value } of plain.changes()) is<JsonObject>()(value)`,
    `openDevice('').twin.onDesired(path, (change: DesiredChange) => {})`,
    `openSharedTwin('').changes({ path })`,
    `const twins: Twin[] = [openTwin(''), openSharedTwin(''), openDevice('').twin]`,
    `const typed: Twin<{ a: 1 }>[] = [openTwin(''), openSharedTwin('')]`,
    `const listen = (change: DesiredChange) => {}; plain.onDesired(listen); plain.onDesired(path, listen)`,
  ],
}

let wrong: readonly string[]
beforeAll(async () => {
  wrong = await wrongLines(Object.values(LINES).flat())
}, MINUTE)

/** @returns the lines that do not compile */
function wrongOf(lines: readonly string[]): string[] {
  return lines.filter((line) => wrong.includes(line))
}

describe('The types of a twin', () => {
  it('give the value at each path', () => expect(wrongOf(LINES.paths)).toEqual([]))

  it('refuse a path that does not exist', () => expect(wrongOf(LINES.noPath)).toEqual(LINES.noPath))

  it('are the same for a shared twin and a device', () => expect(wrongOf(LINES.same)).toEqual([]))

  it('follow from a schema', () => {
    expect(wrongOf(LINES.schema)).toEqual([])
    expect(wrongOf(LINES.wrongSchema)).toEqual(LINES.wrongSchema)
  })

  it('accept any path of a twin without types', () => expect(wrongOf(LINES.untyped)).toEqual([]))
})
