import { describeKills } from './kills.ts'

describeKills(5, { workers: 16, requestsPerWorker: 200, codes: 200 })
