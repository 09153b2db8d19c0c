// The same as json.js, one.js and three.js for Node.js, one process. Handlers are functions that get and give JSON.
import { createServer } from 'node:http';

const handlers = { pricing: { price: 9.5 }, inventory: { quantity: 3 }, orders: { orderId: '123' } };
const handle = async (name, text) => {
  JSON.parse(text);
  return JSON.stringify(handlers[name]);
};
const call = async (name, body) => JSON.parse(await handle(name, JSON.stringify(body)));

const answer = async (path) => {
  switch (path) {
    case '/one':
      return call('pricing', { sku: '1' });
    case '/three':
      return Promise.all(Object.keys(handlers).map((name) => call(name, { sku: '1' })));
    default:
      return { hello: 'world', path };
  }
};

createServer(async (request, response) => {
  const text = JSON.stringify(await answer(request.url));
  response.setHeader('content-type', 'application/json');
  response.end(text);
}).listen(4033, '127.0.0.1');
