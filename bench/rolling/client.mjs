// node client.mjs URL CONNECTIONS: asks until SIGTERM, with keep-alive; then says how many answers were right and what the others were. Ends with 1 when one was not.
import { Agent, get } from "node:http";

const [url, connections] = [process.argv[2], Number(process.argv[3])];
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const others = new Map();
let fine = 0;
let slowest = 0;
let goesOn = true;
process.on("SIGTERM", () => { goesOn = false; });

const ask = () => new Promise((done) => {
  const request = get(url, { agent, timeout: 30_000 }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (part) => { text += part; });
    response.on("end", () => done(response.statusCode === 200 && text === "Hello from mik!\n" ? null : `status ${response.statusCode}: ${text.slice(0, 120)}`));
    response.on("error", (error) => done(`cut: ${error.code ?? error.message}`));
  });
  request.on("timeout", () => request.destroy(new Error("no answer in 30 s")));
  request.on("error", (error) => done(`no answer: ${error.code ?? error.message}`));
});

await Promise.all(Array.from({ length: connections }, async () => {
  while (goesOn) {
    const began = performance.now();
    const fault = await ask();
    slowest = Math.max(slowest, performance.now() - began);
    if (fault === null) {
      fine++;
    } else {
      others.set(fault, (others.get(fault) ?? 0) + 1);
    }
  }
}));

const failed = [...others.values()].reduce((sum, count) => sum + count, 0);
console.log("answered | failed | slowest, ms |");
console.log(`${fine} | ${failed} | ${slowest.toFixed(0)} |`);
for (const [fault, count] of others) {
  console.log(`${count} × ${fault}`);
}
process.exit(failed === 0 ? 0 : 1);
