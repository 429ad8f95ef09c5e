import { expect, test } from 'vitest'
import { readReport } from '../../tools/runtimes/read-report.ts'
import { runtimesTable } from '../../tools/runtimes/table.ts'

const PAGE = { webSocket: 'native', tabs: 'yes', webStorage: 'yes', fileStorage: 'None here', wakeEvents: 'network' }
const WORKER = { ...PAGE, webStorage: 'None here' }

const REPORT = {
  testResults: [
    {
      assertionResults: [
        { ancestorTitles: ['page'], status: 'passed', meta: { runtime: 'Chromium, page', capabilities: PAGE } },
        { ancestorTitles: ['page', 'ws, openTwin()'], status: 'passed', meta: {} },
        { ancestorTitles: ['page', 'wss, openTwin()'], status: 'failed', meta: {} },
        { ancestorTitles: ['page', 'ws, openLightTwin()'], status: 'passed', meta: {} },
        { ancestorTitles: ['worker'], status: 'passed', meta: { runtime: 'Chromium, worker', capabilities: WORKER } },
        { ancestorTitles: ['worker', 'ws, openTwin()'], status: 'passed', meta: {} },
        { ancestorTitles: ['another suite'], status: 'passed', meta: {} },
      ],
    },
  ],
}

test('readReport() counts the tests next to each test of capabilities', () => {
  expect(readReport(REPORT, '156.0')).toEqual([
    {
      runtime: 'Chromium, page',
      version: '156.0',
      tests: { 'ws, openTwin()': [1, 1], 'wss, openTwin()': [0, 1], 'ws, openLightTwin()': [1, 1] },
      capabilities: PAGE,
    },
    { runtime: 'Chromium, worker', version: '156.0', tests: { 'ws, openTwin()': [1, 1] }, capabilities: WORKER },
  ])
})

test('runtimesTable() has a row for each runtime, and each reason once', () => {
  const lines = runtimesTable(readReport(REPORT, '156.0')).split('\n')
  expect(lines.slice(2)).toEqual([
    '| Chromium, page | 156.0 | 1 of 2 | 1 of 1, without TLS | native | yes | yes | no (1) | network |',
    '| Chromium, worker | 156.0 | 1 of 1, without TLS | 0 of 0, without TLS | native | yes | no (1) | no (1) | network |',
    '',
    '1. None here.',
  ])
})
