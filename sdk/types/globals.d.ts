// What `mik test` makes global: /// <reference types="mik-sdk/globals" />
import type { Expect, TestContext } from './testing.js';

type Name = string | ((...values: any[]) => unknown);
type Body = (context: TestContext) => unknown;
type RowBody = (...values: any[]) => unknown;
type Hook = () => unknown;

interface TestOptions {
  /** Milliseconds. Default: 5000 */
  timeout?: number;
  /** How often a failed test is tried again. */
  retry?: number;
  fails?: boolean;
  skip?: boolean;
  only?: boolean;
  todo?: boolean;
}

interface Each {
  /** A test for each row: %s, %d, %j, %# and $member stand for its values in the name. */
  (rows: readonly unknown[]): (name: Name, body: RowBody, options?: number | TestOptions) => void;
  (table: TemplateStringsArray, ...values: unknown[]): (name: Name, body: RowBody, options?: number | TestOptions) => void;
}

interface Collects<F> {
  (name: Name, body?: F, options?: number | TestOptions): void;
  (name: Name, options: TestOptions, body?: F): void;
  readonly skip: this;
  readonly only: this;
  readonly todo: this;
  /** Here everything runs one after the other. */
  readonly concurrent: this;
  readonly sequential: this;
  skipIf(condition: unknown): this;
  runIf(condition: unknown): this;
  readonly each: Each;
  for<Row>(rows: readonly Row[]): (name: Name, body: (row: Row, context: TestContext) => unknown, options?: number | TestOptions) => void;
}

interface TestFunction extends Collects<Body> {
  /** Passes when it fails. */
  readonly fails: this;
  readonly failing: this;
}

declare global {
  const test: TestFunction;
  const it: TestFunction;
  const xtest: TestFunction;
  const xit: TestFunction;
  const fit: TestFunction;
  const describe: Collects<Hook>;
  const suite: Collects<Hook>;
  const xdescribe: Collects<Hook>;
  const fdescribe: Collects<Hook>;
  const expect: Expect;
  /** What a hook returns undoes it. */
  function beforeAll(body: Hook, timeout?: number): void;
  function beforeEach(body: Hook, timeout?: number): void;
  function afterEach(body: Hook, timeout?: number): void;
  function afterAll(body: Hook, timeout?: number): void;
}
