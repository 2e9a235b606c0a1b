import { workJobs } from './runtime/job-loop.ts'
import { runWorker } from './runtime/worker.ts'

await runWorker('pipeline', (context) => workJobs({ ...context, kind: 'pipeline' }))
