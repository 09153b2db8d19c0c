import { createTestHost, createTestRequest } from 'mik-sdk/testing';
import hello from './hello.js';

const host = createTestHost({}, { env: { GREETING: 'Hi' } });

test('greets by name', async () => {
  const res = await hello(createTestRequest({ query: { name: 'Ada' } }), host);
  expect(res.status).toBe(200);
  expect(res.body.message).toBe('Hi, Ada!');
});

test('takes only GET', async () => {
  const res = await hello(createTestRequest({ method: 'POST' }), host);
  expect(res.status).toBe(405);
});
