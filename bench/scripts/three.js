import { script, ok } from "mik-sdk";
export default script(async (req, host) => {
  const all = await Promise.all(["pricing", "inventory", "orders"].map((name) => host.call(name, { method: "POST", body: { sku: "1" } })));
  return ok(all.map((response) => response.body));
});
