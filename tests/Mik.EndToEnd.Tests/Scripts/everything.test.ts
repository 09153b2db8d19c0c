import { clearAllMocks, createTestError, createTestHost, createTestRequest, fn, restoreAllMocks, spyOn } from "mik-sdk/testing";
import { error, ok, script } from "mik-sdk";

const order: string[] = [];
beforeAll(() => { order.push("all"); return () => order.push("un-all"); });
beforeEach(async () => { await null; order.push("each"); return () => { order.push("un-each"); }; });
afterEach(() => { order.push("after"); });
describe("outer", () => {
  beforeEach(() => { order.push("inner"); });
  describe("inner group", () => {
    test("first", () => { order.push("test"); });
    it("second", () => { expect(order).toEqual(["all", "each", "inner", "test", "after", "un-each", "each", "inner"]); });
  });
  it.skip("left out", () => { throw new Error("no"); });
  it.todo("later");
});
test.each([[1, 2, 3], [2, 3, 5]])("%d and %d make %d", (a, b, sum) => { expect(a + b).toBe(sum); });
test.each([{ a: 1, b: { c: "x" } }])("$a with $b.c", ({ a, b }) => { expect([a, b.c]).toEqual([1, "x"]); });
test.each`
  a    | sum
  ${1} | ${2}
  ${4} | ${5}
`("$a plus one is $sum", ({ a, sum }) => { expect(a + 1).toBe(sum); });
describe.each(["x", "y"])("each of %s", (name) => { test("is a name", () => { expect(["x", "y"]).toContain(name); }); });
test.skipIf(true)("not here", () => { expect.unreachable(); });
test.runIf(true)("here", { timeout: 1000 }, () => {});
test.fails("fails as expected", () => { expect(1).toBe(2); });
let tries = 0;
test("works at the third try", { retry: 2 }, () => { expect(++tries).toBe(3); });
test("values", () => {
  expect({ a: [1, { b: 2 }], u: undefined }).toEqual({ a: [1, { b: 2 }] });
  expect({ a: 1, u: undefined }).not.toStrictEqual({ a: 1 });
  expect([, 1]).not.toStrictEqual([undefined, 1]);
  expect({ a: 1, b: { c: 1, d: 2 } }).toMatchObject({ b: { d: 2 } });
  expect([{ a: 1, b: 2 }]).toMatchObject([{ a: 1 }]);
  expect(new Map([[1, { a: 1 }]])).toEqual(new Map([[1, { a: 1 }]]));
  expect(new Set([1, [2]])).toEqual(new Set([1, [2]]));
  expect(new Date(5)).toEqual(new Date(5)); expect(/a/g).not.toEqual(/a/);
  expect(new Uint8Array([1, 2])).toEqual(new Uint8Array([1, 2]));
  expect([1, 2]).toContain(2); expect("abc").toContain("b"); expect([{ a: 1 }]).toContainEqual({ a: 1 }); expect(new Set([1])).toContain(1);
  expect("abc").toMatch(/b/); expect("abc").toMatch("bc"); expect("abc").toHaveLength(3); expect({ a: { b: [5] } }).toHaveProperty("a.b[0]", 5); expect({ "a.b": 1 }).toHaveProperty(["a.b"]);
  expect(0.1 + 0.2).toBeCloseTo(0.3); expect(1.01).not.toBeCloseTo(1, 3);
  expect(3).toBeGreaterThan(2); expect(3).toBeGreaterThanOrEqual(3); expect(2n).toBeLessThan(3); expect(3).toBeLessThanOrEqual(3);
  expect(null).toBeNull(); expect(NaN).toBeNaN(); expect(NaN).toBe(NaN); expect(0).not.toBe(-0); expect(undefined).toBeUndefined(); expect(0).toBeDefined();
  expect(1).toBeTruthy(); expect("").toBeFalsy(); expect(1).toBeTypeOf("number"); expect(new TypeError("x")).toBeInstanceOf(Error);
  expect("b").toBeOneOf(["a", "b"]); expect(4).toSatisfy((n: number) => n % 2 === 0);
  expect({ id: "x", at: 5, n: 0.30004 }).toEqual({ id: expect.any(String), at: expect.anything(), n: expect.closeTo(0.3, 3) });
  expect({ a: { b: 1, c: 2 } }).toEqual(expect.objectContaining({ a: { b: 1, c: 2 } }));
  expect({ a: { b: 1, c: 2 } }).not.toEqual(expect.objectContaining({ a: { b: 1 } }));
  expect([1, 2, 3]).toEqual(expect.arrayContaining([3, 1])); expect([1]).toEqual(expect.not.arrayContaining([2]));
  expect("hello").toEqual(expect.stringContaining("ell")); expect("hello").toEqual(expect.stringMatching(/^h/)); expect("hello").not.toEqual(expect.not.stringContaining("ell"));
});
test("errors", async () => {
  expect.assertions(9);
  const bad = () => { throw new TypeError("bad thing"); };
  expect(bad).toThrow(); expect(bad).toThrow(/bad/); expect(bad).toThrow(TypeError); expect(bad).toThrow("thing"); expect(bad).toThrow(new TypeError("bad thing"));
  expect(() => 1).not.toThrow();
  await expect(Promise.resolve(4)).resolves.toBe(4);
  await expect(Promise.reject(new Error("why"))).rejects.toThrow("why");
  await expect(async () => { throw createTestError("TIMEOUT"); }).rejects.toMatchObject({ code: "TIMEOUT" });
});
test("matchers of one's own", () => {
  expect.hasAssertions();
  expect.extend({ toBeEven(received: number) { return { pass: received % 2 === 0, message: () => `${received} is odd` }; } });
  (expect(2) as any).toBeEven();
  (expect(3) as any).not.toBeEven();
  expect(() => (expect(3) as any).toBeEven()).toThrow("3 is odd");
});
test("mocks", async () => {
  const mock = fn().mockReturnValueOnce(1).mockResolvedValue(2);
  expect([mock("a"), await mock({ b: 1 })]).toEqual([1, 2]);
  expect(mock).toHaveBeenCalled(); expect(mock).toHaveBeenCalledTimes(2); expect(mock).not.toHaveBeenCalledOnce();
  expect(mock).toHaveBeenCalledWith({ b: 1 }); expect(mock).not.toHaveBeenCalledWith("c");
  expect(mock).toHaveBeenNthCalledWith(1, "a"); expect(mock).toHaveBeenLastCalledWith({ b: 1 });
  expect(mock).toHaveReturnedWith(1); expect(mock).toHaveReturnedTimes(2);
  expect(mock.mock.calls).toEqual([["a"], [{ b: 1 }]]);
  const failing = fn().mockRejectedValueOnce(new Error("once"));
  await expect(failing()).rejects.toThrow("once");
  expect(failing()).toBeUndefined();
  const thing = { name: "it", greet(how: string) { return `${how} ${this.name}`; } };
  const spy = spyOn(thing, "greet");
  expect(thing.greet("hello")).toBe("hello it");
  spy.mockReturnValue("changed");
  expect(thing.greet("hello")).toBe("changed"); expect(spy).toHaveBeenCalledTimes(2);
  clearAllMocks(); expect(spy).not.toHaveBeenCalled();
  restoreAllMocks(); expect(thing.greet("bye")).toBe("bye it");
});
test("hosts", async () => {
  const handler = script(async (req, host) => {
    try { return ok((await host.call("orders", { method: "PUT", body: { n: req.body.n, u: undefined } })).body); }
    catch (e: any) { return error({ status: 502, title: e.code }); }
  });
  const host = createTestHost({ orders: (request) => ({ status: 201, body: request.body }) });
  const res = await handler(createTestRequest({ body: { n: 1 }, query: { a: ["1", "2"] } }), host);
  expect(res).toMatchObject({ status: 201, body: { n: 1 } });
  expect(host.calls).toEqual([{ handler: "orders", method: "PUT", path: "/", headers: {}, body: { n: 1 } }]);
  expect(host.call).toHaveBeenCalledWith("orders", expect.objectContaining({ method: "PUT" }));
  expect((await handler(createTestRequest({ body: {} }), createTestHost())).body.title).toBe("MODULE_NOT_FOUND");
});
test("context", ({ task, onTestFinished }) => { onTestFinished(() => { order.push("finished"); }); expect(task.name).toBe("context"); });
afterAll(() => { expect(order).toContain("finished"); });
