import { askServer } from './ask-server.ts'

export interface TestKafka {
  /** For `createKafkaClient({brokers})`. */
  brokers: string[]
}

/** The run's Kafka broker, started when the first file asks. Topics are shared: give yours names of their own. */
export async function useKafka(): Promise<TestKafka> {
  const { brokers } = await askServer('kafka')
  return { brokers: brokers.split(',') }
}
