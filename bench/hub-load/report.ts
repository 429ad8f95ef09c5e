import { spread, table } from '../report/markdown.ts'
import { quartiles } from '../report/quartiles.ts'
import { bytesPerDevice, type Figures, OPERATIONS, percentile, type Rounds } from './figures.ts'
import type { Measured } from './load.ts'
import type { Operation } from './load-process.ts'
import type { Plan } from './measure.ts'

const TITLES: Readonly<Record<Operation, string>> = {
  read: 'GET of a twin',
  report: 'reported update',
  notify: 'desired update to its device',
}

/** @param yardstick the server to compare with, if it takes part */
export function tables(all: readonly Figures[], plan: Plan, yardstick: string): string {
  const peer = all.find(({ name }) => name === yardstick)
  const compared = peer === undefined ? [] : all.filter((each) => each !== peer)
  const sections: readonly (readonly [title: string, text: string])[] = [
    [`Full load, ${plan.devices} devices connected`, carried(all, compared, peer)],
    [
      `The server's processor, µs each, with ${plan.few} and with ${plan.devices} devices connected`,
      processor(all, plan),
    ],
    [`${plan.perSecond} per second, ${plan.devices} devices connected: ms, p50 and p99`, latencies(all)],
    [`From ${plan.few} to ${plan.devices} devices, each with its twin`, connecting(all, plan)],
  ]
  return sections.map(([title, text]) => `### ${title}\n\n${text}`).join('\n\n')
}

function carried(all: readonly Figures[], compared: readonly Figures[], peer: Figures | undefined): string {
  const perSecond = ({ perSecond: figure }: Measured): number => figure
  return table(
    ['per second', ...names(all), ...compared.map(({ name }) => `${name} / ${peer?.name ?? ''}`)],
    OPERATIONS.map((operation) => [
      TITLES[operation],
      ...all.map(({ many }) => spread(quartiles(many[operation].map(perSecond)), 0)),
      ...compared.map(({ many }) => {
        const other = peer?.many[operation] ?? []
        return spread(quartiles(many[operation].map((each, at) => each.perSecond / (other[at]?.perSecond ?? NaN))), 2)
      }),
    ]),
  )
}

function processor(all: readonly Figures[], { few, devices }: Plan): string {
  const median = (rounds: Rounds, operation: Operation): number =>
    quartiles(rounds[operation].map(({ serverProcessor }) => serverProcessor)).median
  return table(
    ['', ...all.flatMap(({ name }) => [`${name}, ${few}`, String(devices), 'times'])],
    OPERATIONS.map((operation) => [
      TITLES[operation],
      ...all.flatMap((each) => {
        const [before, after] = [median(each.few, operation), median(each.many, operation)]
        return [before.toFixed(0), after.toFixed(0), (after / before).toFixed(2)]
      }),
    ]),
  )
}

function latencies(all: readonly Figures[]): string {
  const at = (rounds: readonly Measured[], part: number): string =>
    quartiles(rounds.map(({ latencies: each }) => percentile(each, part))).median.toFixed(2)
  return table(
    ['', ...names(all)],
    OPERATIONS.map((operation) => [
      TITLES[operation],
      ...all.map(({ paced }) => `${at(paced[operation], 0.5)}, ${at(paced[operation], 0.99)}`),
    ]),
  )
}

function connecting(all: readonly Figures[], { devices }: Plan): string {
  const kilobytes = (samples: readonly number[]): string => spread(quartiles(samples.map((bytes) => bytes / 1000)), 1)
  return table(
    ['', ...names(all)],
    [
      [
        'connected and synced, a second',
        ...all.map(({ connects }) => spread(quartiles(connects.map((each) => each.perSecond)), 0)),
      ],
      [
        "the server's processor, µs a device",
        ...all.map(({ connects }) => spread(quartiles(connects.map((each) => each.serverProcessor)), 0)),
      ],
      [
        'memory, kB a device',
        ...all.map(({ memory }) => kilobytes(bytesPerDevice(memory, ({ resident }) => resident))),
      ],
      [
        'of it heap, kB',
        ...all.map(({ memory }) =>
          memory.every(({ heap }) => heap !== undefined)
            ? kilobytes(bytesPerDevice(memory, ({ heap = 0 }) => heap))
            : '–',
        ),
      ],
      ['the whole process, MB', ...all.map(({ memory }) => ((memory.at(-1)?.resident ?? NaN) / 1e6).toFixed(0))],
      [
        'desired updates a second, by one job for all',
        ...all.map(({ jobs }) =>
          jobs.length === 0 ? '–' : spread(quartiles(jobs.map((seconds) => devices / seconds)), 0),
        ),
      ],
    ],
  )
}

function names(all: readonly Figures[]): string[] {
  return all.map(({ name }) => name)
}
