// What `mik test` makes global: /// <reference types="mik-sdk/globals" />
import type { Expect } from './testing.js';

type Body = (...values: any[]) => unknown;
type Timeout = number | { timeout?: number };

interface TestFunction {
  (name: string, body: Body, timeout?: Timeout): void;
  skip(name: string, body?: Body, timeout?: Timeout): void;
  only(name: string, body: Body, timeout?: Timeout): void;
  todo(name: string): void;
  each(rows: readonly unknown[]): (name: string, body: Body, timeout?: Timeout) => void;
}

declare global {
  const test: TestFunction;
  const it: TestFunction;
  const describe: TestFunction;
  const expect: Expect;
  function beforeAll(body: Body): void;
  function beforeEach(body: Body): void;
  function afterEach(body: Body): void;
  function afterAll(body: Body): void;
}
