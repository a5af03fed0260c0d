/* Socket.IO and nothing else: sends `message:new` to everybody, as many times as it is told, in small portions. */
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const event = {
  message: {
    id: 'msg_'.padEnd(30, '2'),
    conversationId: 'cnv_'.padEnd(30, '1'),
    direction: 'inbound',
    type: 'text',
    status: 'received',
    sentAt: new Date().toISOString(),
    content: {
      text: 'Hello, I would like to know if my order number 48213 has been shipped already? Thank you very much!',
    },
  },
}

const server = createServer()
const sockets = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false })
sockets.on('connection', (socket) => {
  void socket.join('everybody')
  socket.on('broadcast', (count: number) => broadcast(count))
})

function broadcast(left: number): void {
  for (let index = 0; index < Math.min(left, 25); index++) sockets.to('everybody').emit('message:new', event)
  if (left > 25) setImmediate(broadcast, left - 25)
}

server.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('ready'))
