import { connect } from 'node:net'

/** Metadata (key 3), version 1, correlation id 1, no client id, no topics: the shortest question about the brokers. */
const request = Buffer.from([0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0])
/** Behind the length and the correlation id comes the number of live brokers. */
const brokerCountAt = 8

/** Does a broker answer at 127.0.0.1:port, and does its cluster have a live broker (that is: will it serve topics)? */
export function kafkaAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 })
    let answer = Buffer.alloc(0)
    const end = (ready: boolean) => {
      socket.destroy()
      resolve(ready)
    }
    socket.once('connect', () => {
      const length = Buffer.alloc(4)
      length.writeInt32BE(request.length)
      socket.write(Buffer.concat([length, request]))
    })
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length >= brokerCountAt + 4) end(answer.readInt32BE(brokerCountAt) > 0)
    })
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
  })
}
