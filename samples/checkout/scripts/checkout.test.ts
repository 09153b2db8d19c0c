import { createTestHost, createTestRequest } from "mik-sdk/testing";
import checkout from "./checkout";
test("creates order", async () => {
  const host = createTestHost({
    auth: async () => ({ status: 200, body: { id: "user-1" } }),
    orders: async () => ({ status: 201, body: { orderId: "123" } }),
  });
  const req = createTestRequest({ body: { token: "valid", items: [] } });
  const res = await checkout(req, host);
  expect(res.status).toBe(201);
});
