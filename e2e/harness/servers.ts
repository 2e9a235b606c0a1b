import { startIcebergRest } from '../../scripts/servers/iceberg-rest.ts'
import { startKafka } from '../../scripts/servers/kafka.ts'
import { migrate } from '../../scripts/servers/migrate.ts'
import { startPostgres } from '../../scripts/servers/postgres.ts'
import { startS3 } from '../../scripts/servers/s3.ts'

/** What a test file gets to know of each server. */
export interface ServerAddresses {
  postgres: { url: string }
  s3: { endpoint: string; accessKeyId: string; secretAccessKey: string }
  kafka: { brokers: string }
  'iceberg-rest': { uri: string; warehouse: string }
}

export type ServerName = keyof ServerAddresses

const starters: { [Name in ServerName]: (directory: string) => Promise<ServerAddresses[Name]> } = {
  /** Its database is migrated and never connected to again: test databases are clones of it. */
  async postgres(directory) {
    const server = await startPostgres({
      directory,
      // Nothing here has to survive a power cut.
      settings: {
        fsync: 'off',
        synchronous_commit: 'off',
        full_page_writes: 'off',
        max_connections: '400',
        shared_buffers: '64MB',
      },
    })
    await migrate(server.url)
    return { url: server.url }
  },
  async s3(directory) {
    const { endpoint, accessKeyId, secretAccessKey } = await startS3({ directory })
    return { endpoint, accessKeyId, secretAccessKey }
  },
  async kafka(directory) {
    const { brokers } = await startKafka({ directory })
    return { brokers }
  },
  async 'iceberg-rest'(directory) {
    const { uri, warehouse } = await startIcebergRest({ directory })
    return { uri, warehouse }
  },
}

export function startServer<Name extends ServerName>(
  name: Name,
  directory: string,
): Promise<ServerAddresses[Name]> {
  return starters[name](directory)
}
