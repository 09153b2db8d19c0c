import type { CallErrorCode, Host, Request } from './index.js';

export interface TestRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: any;
}

export interface TestResponse {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export type TestHandler = TestResponse | ((request: TestRequest) => TestResponse | Promise<TestResponse>);

export interface TestHost extends Host {
  /** All calls so far. */
  calls: (TestRequest & { handler: string })[];
  /** A mock as well. */
  call: Host['call'] & Mock;
}

/** A host whose handlers are functions or plain responses. */
export function createTestHost(handlers?: Record<string, TestHandler>, options?: { env?: Record<string, string> }): TestHost;

/** A request; what is not given is empty. */
export function createTestRequest(request?: Partial<Omit<Request, 'query' | 'queryAll'>> & { query?: Record<string, string | string[]> }): Request;

/** An error as `host.call` rejects with, for a test handler to throw. */
export function createTestError(code: CallErrorCode, message?: string): Error & { code: CallErrorCode };

type AnyFunction = (...values: any[]) => any;

interface MockResult {
  type: 'return' | 'throw' | 'incomplete';
  value: any;
}

export interface Mock {
  (...values: any[]): any;
  new (...values: any[]): any;
  mock: {
    calls: any[][];
    results: MockResult[];
    /** What the promises that it gave became. */
    settledResults: { type: 'fulfilled' | 'rejected' | 'incomplete'; value: any }[];
    contexts: any[];
    instances: any[];
    invocationCallOrder: number[];
    lastCall: any[] | undefined;
  };
  getMockName(): string;
  mockName(name: string): this;
  getMockImplementation(): AnyFunction | undefined;
  mockImplementation(next: AnyFunction): this;
  mockImplementationOnce(next: AnyFunction): this;
  mockReturnValue(value: any): this;
  mockReturnValueOnce(value: any): this;
  mockReturnThis(): this;
  mockResolvedValue(value: any): this;
  mockResolvedValueOnce(value: any): this;
  mockRejectedValue(error: any): this;
  mockRejectedValueOnce(error: any): this;
  /** Forgets its calls. */
  mockClear(): this;
  /** Forgets its calls and what it was told to do. */
  mockReset(): this;
  /** Of spyOn: puts the method back. */
  mockRestore(): this;
}

/** A function that remembers its calls. */
export function fn(implementation?: AnyFunction): Mock;

/** Puts a mock in the place of a method, which still does what the method did. */
export function spyOn<T extends object>(object: T, method: keyof T): Mock;

export function clearAllMocks(): void;
export function resetAllMocks(): void;
export function restoreAllMocks(): void;

/** What the function of a test gets. */
export interface TestContext {
  task: { name: string };
  expect: Expect;
  /** Ends the test as left out. */
  skip(): never;
  onTestFinished(body: () => unknown): void;
  onTestFailed(body: () => unknown): void;
}

export interface Matchers {
  toBe(expected: unknown): any;
  toEqual(expected: unknown): any;
  toStrictEqual(expected: unknown): any;
  toMatchObject(expected: unknown): any;
  toBeTruthy(): any;
  toBeFalsy(): any;
  toBeNull(): any;
  toBeUndefined(): any;
  toBeDefined(): any;
  toBeNullable(): any;
  toBeNaN(): any;
  toBeOneOf(list: Iterable<unknown>): any;
  toSatisfy(holds: (value: any) => unknown): any;
  toBeTypeOf(type: string): any;
  toBeInstanceOf(type: unknown): any;
  toBeGreaterThan(than: number | bigint): any;
  toBeGreaterThanOrEqual(than: number | bigint): any;
  toBeLessThan(than: number | bigint): any;
  toBeLessThanOrEqual(than: number | bigint): any;
  toBeCloseTo(to: number, digits?: number): any;
  toContain(item: unknown): any;
  toContainEqual(item: unknown): any;
  toHaveLength(length: number): any;
  toHaveProperty(path: string | (string | number)[], value?: unknown): any;
  toMatch(pattern: string | RegExp): any;
  toThrow(error?: unknown): any;
  toThrowError(error?: unknown): any;
  toHaveBeenCalled(): any;
  toHaveBeenCalledOnce(): any;
  toHaveBeenCalledTimes(times: number): any;
  toHaveBeenCalledWith(...values: unknown[]): any;
  toHaveBeenCalledExactlyOnceWith(...values: unknown[]): any;
  toHaveBeenLastCalledWith(...values: unknown[]): any;
  toHaveBeenNthCalledWith(nth: number, ...values: unknown[]): any;
  toHaveReturned(): any;
  toHaveReturnedTimes(times: number): any;
  toHaveReturnedWith(value: unknown): any;
  toHaveLastReturnedWith(value: unknown): any;
  toHaveNthReturnedWith(nth: number, value: unknown): any;
}

export interface Assertion extends Matchers {
  not: Matchers;
  resolves: Matchers & { not: Matchers };
  rejects: Matchers & { not: Matchers };
}

interface Kinds {
  objectContaining(part: object): any;
  arrayContaining(part: unknown[]): any;
  stringContaining(part: string): any;
  stringMatching(pattern: string | RegExp): any;
  closeTo(to: number, digits?: number): any;
}

/** A matcher of one's own: whether it holds, and what to say when it was to be otherwise. */
export type CustomMatcher = (this: { isNot: boolean; equals(a: unknown, b: unknown): boolean }, received: any, ...values: any[]) => { pass: boolean; message(): string } | Promise<{ pass: boolean; message(): string }>;

export interface Expect extends Kinds {
  (actual: unknown, message?: string): Assertion;
  /** The test goes on, and fails at its end. */
  soft(actual: unknown, message?: string): Assertion;
  not: Kinds;
  anything(): any;
  any(type: unknown): any;
  /** How many assertions the test must make. Counted by `mik test` for its own expect. */
  assertions(count: number): void;
  hasAssertions(): void;
  extend(matchers: Record<string, CustomMatcher>): void;
  unreachable(message?: string): never;
  fail(message?: string): never;
}

export const expect: Expect;
