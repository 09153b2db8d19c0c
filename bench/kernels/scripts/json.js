const items = [];
for (let i = 0; i < 100; i++) items.push({ id: i, name: `item ${i}`, tags: ['one', 'two', null], price: i * 1.25, nested: { yes: true } });
const text = JSON.stringify(items);
function work() { return JSON.stringify(JSON.parse(text)).length; }
