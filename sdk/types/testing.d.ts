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
}

/** A host whose handlers are functions or plain responses. */
export function createTestHost(handlers?: Record<string, TestHandler>): TestHost;

/** A request; what is not given is empty. */
export function createTestRequest(request?: Partial<Omit<Request, 'query' | 'queryAll'>> & { query?: Record<string, string | string[]> }): Request;

/** An error as `host.call` rejects with, for a test handler to throw. */
export function createTestError(code: CallErrorCode, message?: string): Error & { code: CallErrorCode };

export interface Mock {
  (...values: any[]): any;
  mock: { calls: any[][]; results: { type: 'return' | 'throw'; value: any }[] };
  mockImplementation(next: (...values: any[]) => any): Mock;
  mockImplementationOnce(next: (...values: any[]) => any): Mock;
  mockReturnValue(value: any): Mock;
  mockReturnValueOnce(value: any): Mock;
  mockResolvedValue(value: any): Mock;
  mockResolvedValueOnce(value: any): Mock;
  mockRejectedValue(error: any): Mock;
  mockClear(): Mock;
}

/** A function that remembers its calls. */
export function fn(implementation?: (...values: any[]) => any): Mock;

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
  toBeNaN(): any;
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
  toHaveBeenCalledTimes(times: number): any;
  toHaveBeenCalledWith(...values: unknown[]): any;
  toHaveBeenLastCalledWith(...values: unknown[]): any;
}

export interface Assertion extends Matchers {
  not: Matchers;
  resolves: Matchers & { not: Matchers };
  rejects: Matchers & { not: Matchers };
}

export interface Expect {
  (actual: unknown): Assertion;
  anything(): any;
  any(type: unknown): any;
  objectContaining(part: object): any;
  arrayContaining(part: unknown[]): any;
  stringContaining(part: string): any;
  stringMatching(pattern: string | RegExp): any;
  fail(message?: string): never;
}

export const expect: Expect;
