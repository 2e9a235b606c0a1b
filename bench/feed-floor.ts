import kafkajs from 'kafkajs'
import { registerCodecs } from '../lib/kafka/codecs.ts'

/**
 * The floor of `bench:feed`: kafkajs consumes the topic and does nothing with it. Arguments: brokers, topic, records.
 * Prints the seconds from joining the group to the last record.
 */

const [brokers = '', topic = '', count = '0'] = process.argv.slice(2)
registerCodecs()
const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING })
const consumer = kafka.consumer({ groupId: `floor-${process.pid}-${Date.now()}` })
await consumer.connect()
const started = performance.now()
let seen = 0
let bytes = 0
await consumer.subscribe({ topics: [topic], fromBeginning: true })
await new Promise<void>((resolve, reject) => {
  consumer
    .run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        seen += batch.messages.length
        for (const { value } of batch.messages) bytes += value?.byteLength ?? 0
        if (seen >= Number(count)) resolve()
      },
    })
    .catch(reject)
})
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, records: seen, bytes }))
process.exit(0)
