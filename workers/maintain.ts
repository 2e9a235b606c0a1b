import { workJobs } from './runtime/job-loop.ts'
import { runWorker } from './runtime/worker.ts'

await runWorker('maintain', (context) => workJobs({ ...context, kind: 'maintain' }))
