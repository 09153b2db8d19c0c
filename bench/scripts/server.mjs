// The same as json.js for Node.js, one process.
import { createServer } from 'node:http';

createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ hello: 'world', path: request.url }));
}).listen(4033, '127.0.0.1');
