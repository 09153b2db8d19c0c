import { script, ok } from "mik-sdk";
export default script(async (req, host) => {
  // Call multiple handlers in parallel
  const [inventory, pricing] = await Promise.all([
    host.call("inventory", { body: { sku: req.body.sku } }),
    host.call("pricing", { body: { sku: req.body.sku } }),
  ]);
  return ok({
    available: inventory.body.quantity > 0,
    price: pricing.body.price,
  });
});
